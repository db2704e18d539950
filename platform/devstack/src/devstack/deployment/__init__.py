"""Deploys stacks to the emulator or to AWS, with the same two SAM commands."""
