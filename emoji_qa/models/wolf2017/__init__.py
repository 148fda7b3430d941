"""The original system of Wolf 2017, "Neurally Embedded Emojis"."""
