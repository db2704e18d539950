"""Use cases: publish the site."""
