"""Access to the user pool, the members table and the audit log table."""
