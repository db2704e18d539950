"""Verification of results: recounts, and the anonymised export of the vote log."""
