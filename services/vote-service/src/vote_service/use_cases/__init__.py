"""Use cases, one per module, such as casting a vote or issuing a voter token."""
