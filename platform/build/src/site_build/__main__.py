"""`python -m site_build SITE OUT`: make the folder OUT, to be published, of the plain pages in SITE."""

import sys
from pathlib import Path

from site_build.failure import SiteBuildError
from site_build.site import build


def main(site: Path, out: Path) -> int:
    """Return 1, with the reason, when a page cannot be made."""
    try:
        build(site, out)
    except SiteBuildError as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
