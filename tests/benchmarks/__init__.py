"""How fast the product is, each figure beside a peer's of the same run: `python -m tests.benchmarks`."""
