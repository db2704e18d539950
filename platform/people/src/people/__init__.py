"""Who may run polls, and the trail of what they did."""
