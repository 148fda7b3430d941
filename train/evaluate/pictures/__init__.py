"""Measures of pictures and of codes, and what they are compared with."""
