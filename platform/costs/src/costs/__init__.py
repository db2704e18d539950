"""Turns counted use of AWS into dollars, by a dated price table."""
