"""The stacks of the system, read from their templates: names, deploy order, changes."""
