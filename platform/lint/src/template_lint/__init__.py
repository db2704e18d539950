"""This project's own lint rules for SAM templates and state machines, in addition to the public linters."""
