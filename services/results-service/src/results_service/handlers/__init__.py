"""One module per Lambda."""
