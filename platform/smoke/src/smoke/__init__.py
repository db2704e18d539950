"""Smoke test of a deployed environment: thirteen steps, the same on AWS and on the laptop."""
