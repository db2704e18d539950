"""What anyone may check afterwards: recounts, and the log of votes as a file that names nobody."""
