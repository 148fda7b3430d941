"""Emojis put together from the parts of others: their table, recipes, and the SVGs that come of them. No torch."""
