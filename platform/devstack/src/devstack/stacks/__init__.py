"""The stacks of the system as their templates tell them: what there is, in which order, and what has changed."""
