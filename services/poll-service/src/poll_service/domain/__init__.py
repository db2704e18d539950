"""The rules: what a poll is and what may happen to it. No AWS here."""
