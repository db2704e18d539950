"""Smoke test of a deployed environment: steps that are the same on AWS and on the laptop."""
