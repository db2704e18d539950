"""A crowd votes while things go wrong on purpose; then the log says whether everybody was told the truth."""
