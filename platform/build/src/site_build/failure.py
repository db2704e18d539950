"""The error of a site build."""


class SiteBuildError(Exception):
    """A page references a missing file, or violates the content security policy."""
