"""Why a site cannot be built."""


class SiteBuildError(Exception):
    """A page names something that is not there, or does what our policy forbids."""
