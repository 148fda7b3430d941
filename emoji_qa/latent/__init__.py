"""The latent space: slider coordinates, neighbours, morphs, the map, and inventing."""
