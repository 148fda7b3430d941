"""The panel where a file of tweets is answered."""
