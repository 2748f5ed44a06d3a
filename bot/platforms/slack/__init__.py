"""Slack: payloads, outcomes and updates as plain functions, and one class that sends and receives."""
