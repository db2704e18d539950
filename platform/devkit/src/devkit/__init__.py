"""Shared support of the development commands: checkout, console, progress display, failures, time limits."""
