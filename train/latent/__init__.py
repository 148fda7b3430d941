"""Fitting the latent space of a trained VAE."""
