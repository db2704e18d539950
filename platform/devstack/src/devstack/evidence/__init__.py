"""What is claimed about threats, and the tests that stand for it."""
