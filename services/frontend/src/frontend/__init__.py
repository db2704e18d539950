"""Publish the site's pages."""
