"""Reads everything that a running stack has written down, and finds in it what must not be there."""
