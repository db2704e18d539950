"""What a fresh stack needs before a person can look at it: an organiser, an open poll, warm functions."""
