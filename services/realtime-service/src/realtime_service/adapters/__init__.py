"""Adapters for AWS: the table, the queue and the sockets of this service."""
