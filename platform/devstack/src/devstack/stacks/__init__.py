"""The stacks of the system as their templates tell them: which there are, in which order, what has changed."""
