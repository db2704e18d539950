"""Follows one vote through every hop: on the laptop, and by commands that do the same on AWS."""
