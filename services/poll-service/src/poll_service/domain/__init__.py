"""Domain rules: polls, their lifecycle and their schedule. No AWS here."""
