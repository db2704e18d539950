"""Creates polls and decides which one is active."""
