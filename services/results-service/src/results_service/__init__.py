"""Counts every vote exactly once."""
