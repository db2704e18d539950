"""The steps, one module each. A step returns a note, or raises a `Failure` with the next command."""
