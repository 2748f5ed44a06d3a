"""Moves messages and commands between the bot and each chat platform; one door a third party."""
