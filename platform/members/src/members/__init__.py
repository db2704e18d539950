"""Who may run polls, and the audit log of what they did."""
