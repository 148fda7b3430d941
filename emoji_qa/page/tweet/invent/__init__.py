"""Emojis put together for the tweet that is typed."""
