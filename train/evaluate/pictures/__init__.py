"""Measures of pictures and of codes, and the references that they are compared with."""
