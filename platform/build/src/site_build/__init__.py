"""Site build: bundles a site's pages for publication.

A page loads one script instead of a dozen modules, and browsers reject any script or style without the
integrity hash that the page gives for it.
"""
