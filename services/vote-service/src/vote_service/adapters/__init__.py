"""Access to tables, the dead-letter queue and the vote workflow."""
