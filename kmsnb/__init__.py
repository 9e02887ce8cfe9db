"""Learn AWS KMS by running it."""
