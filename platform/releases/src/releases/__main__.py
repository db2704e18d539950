"""`python -m releases VERSION ADDRESS` prints the changelog's entry of a version, as the text of its release.

ADDRESS is that of the folder of the changelog: a release lies elsewhere, so relative links would be dead.
"""

import sys

from releases.changelog import notes, released

if __name__ == "__main__":
    wanted, address = sys.argv[1:]
    if wanted not in released():
        sys.exit(
            f"docs/CHANGELOG.md has no entry for {wanted}: ./dev release writes it and the tag together."
        )
    sys.stdout.write(notes(wanted, folder=f"{address}/"))
