"""Phones of the local network: the address they use, its certificate, and how to trust it (ADR 32)."""
