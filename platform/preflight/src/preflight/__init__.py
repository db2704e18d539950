"""Answers cross-origin preflight requests of the two HTTP APIs."""
