"""Moves messages exactly as given, exactly once, and remembers what became of them."""
