"""Adapters for the site bucket, the edge caches and CloudFormation."""
