"""A Bot API server on this machine, for everything that wants to be tried without Telegram."""
