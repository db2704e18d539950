"""The layers of tests: which files belong to which, what they need, and how they are run."""
