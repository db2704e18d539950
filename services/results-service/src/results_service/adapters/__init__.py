"""The table and the queue of this service."""
