"""The laptop runtime: the very same templates, on an AWS that lives in one process."""
