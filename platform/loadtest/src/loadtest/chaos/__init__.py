"""Fault injection during a load test; afterwards every answer is compared with the vote log."""
