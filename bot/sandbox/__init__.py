"""Stand-ins for the chat platforms, to try everything against on this machine; nothing of the product is in them."""
