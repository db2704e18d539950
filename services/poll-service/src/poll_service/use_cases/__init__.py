"""Use cases of the service: change a poll, check options for lookalikes, re-encode an image."""
