"""Training the question–answer model."""
