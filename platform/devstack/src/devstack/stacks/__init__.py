"""The stacks of the system as their templates tell them: which there are, their order, what has changed."""
