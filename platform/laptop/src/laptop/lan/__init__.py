"""Access for phones in the local network: address, certificate, and instructions to trust it (ADR 32)."""
