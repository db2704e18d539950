"""Runs the real SAM CLI, `sam build` and `sam deploy`, without paying its import once per call."""
