"""Measures what the project claims; each bench runs on this machine alone, without the running stack."""
