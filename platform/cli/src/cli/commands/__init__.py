"""The sub-commands of `dev`, one module each."""
