"""Versions of the project: its tag, its changelog, its frozen contracts, and upgrades between them."""
