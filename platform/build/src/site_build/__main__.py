"""`python -m site_build SITE OUT`: build the folder OUT, to be published, from the pages in SITE."""

import sys
from pathlib import Path

from site_build.failure import SiteBuildError
from site_build.site import build


def main(site: Path, out: Path) -> int:
    """Build the site; print the reason and return 1 if a page cannot be built."""
    try:
        build(site, out)
    except SiteBuildError as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
