"""The tab with the map of all emojis."""
