"""Telegram: calls composed, sent and judged, updates polled and understood."""
