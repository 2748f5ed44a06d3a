"""Which articles belong in a digest, in which order, and why."""
