"""The latent space: slider coordinates, neighbours, morphs, and the map."""
