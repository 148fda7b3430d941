"""The panel where a tweet is typed and answered."""
