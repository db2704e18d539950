"""What a publication consists of."""
