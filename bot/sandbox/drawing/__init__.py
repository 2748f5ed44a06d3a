"""Draws what stands in a chat as its app would show it: HTML that nothing in a message can break out of."""
