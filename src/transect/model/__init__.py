"""Models: encoders, decoders, the VAE and its losses."""
