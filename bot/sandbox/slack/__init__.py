"""A Slack workspace on this machine, for everything that wants to be tried without Slack."""
