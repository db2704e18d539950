"""`python -m site_build SITE OUT`: build the folder OUT, to be published, from the pages in SITE."""

import sys
from argparse import ArgumentParser
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
    parser = ArgumentParser(prog="python -m site_build", description="Build the site to be published.")
    parser.add_argument("site", type=Path, help="folder of the pages")
    parser.add_argument("out", type=Path, help="folder to be written")
    options = parser.parse_args()
    sys.exit(main(options.site, options.out))
