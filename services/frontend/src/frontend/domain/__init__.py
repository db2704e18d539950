"""The objects of a published site."""
