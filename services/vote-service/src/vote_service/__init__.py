"""Takes one vote per voter and keeps the log of votes."""
