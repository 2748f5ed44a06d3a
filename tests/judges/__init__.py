"""What decides that a message is right besides our own tests: the platforms' own parsers, schemas and written rules."""
