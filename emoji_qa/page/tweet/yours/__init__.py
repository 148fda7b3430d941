"""Emojis of the visitor's own among the answers."""
