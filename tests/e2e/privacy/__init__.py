"""Privacy scan: searches all stored data of a running stack for personal data and secrets."""
