"""Rules for counting votes and showing results."""
