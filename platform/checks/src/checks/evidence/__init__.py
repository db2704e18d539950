"""Traceability: the requirements of the checklist and the threat model, and the tests that cover them."""
