"""The long figures: what takes minutes rather than seconds, run by `make long` and not with the tests."""
