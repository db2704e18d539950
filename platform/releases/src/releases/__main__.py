"""`python -m releases VERSION ADDRESS` prints the changelog's entry of a version, as the text of its release.

ADDRESS is that of the folder of the changelog: a release lies elsewhere, so relative links would be dead.
"""

import sys
from argparse import ArgumentParser

from releases.changelog import notes, released

if __name__ == "__main__":
    parser = ArgumentParser(
        prog="python -m releases", description="Print the changelog's entry of a version."
    )
    parser.add_argument("version")
    parser.add_argument("address", help="address of the folder of the changelog")
    options = parser.parse_args()
    wanted, address = options.version, options.address
    if wanted not in released():
        sys.exit(
            f"docs/CHANGELOG.md has no entry for {wanted}: ./dev release writes it and the tag together."
        )
    sys.stdout.write(notes(wanted, folder=f"{address}/"))
