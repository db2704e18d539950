"""Seed data of a new stack: organiser accounts, an open demo poll, warm functions."""
