"""Brings stacks to the emulator, and services to AWS, by the same two SAM commands."""
