"""Training data: emoji tables, corpora, and their splits."""
