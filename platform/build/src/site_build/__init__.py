"""Makes what is published of a site's plain pages.

A page asks for one script instead of a dozen modules, and a browser takes no script or style that the page
does not vouch for.
"""
