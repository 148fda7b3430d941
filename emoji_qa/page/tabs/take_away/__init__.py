"""The tab that exports and keeps emojis."""
