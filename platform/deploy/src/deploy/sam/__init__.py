"""Runs the SAM CLI, `sam build` and `sam deploy`, without importing it again for each call."""
