"""What this project asks of its SAM templates and state machines beyond what the public linters know."""
