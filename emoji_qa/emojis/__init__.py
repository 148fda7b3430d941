"""Emojis as data: their table, pictures, skin tones, and which of them are sensitive. No torch."""
