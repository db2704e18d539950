"""Simulates a poll of any size within AWS's limits, and plans the quotas that it needs."""
