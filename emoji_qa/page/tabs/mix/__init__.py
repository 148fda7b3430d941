"""The tab that mixes emojis."""
