"""Publishes the pages."""
