"""Tweets as text: tokenizers, explanations by word, and files of tweets."""
