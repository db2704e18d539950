"""Adapters for the yardstick: one module each."""
