"""Runs the test layers: their folders, their display, their coverage."""
