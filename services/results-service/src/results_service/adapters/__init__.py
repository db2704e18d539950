"""Clients of AWS. Only these modules know the keys of a table."""
