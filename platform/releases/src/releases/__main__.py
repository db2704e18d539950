"""`python -m releases VERSION` prints the changelog's entry of a version, as the text of its release."""

import sys

from releases.changelog import notes, released

if __name__ == "__main__":
    (wanted,) = sys.argv[1:]
    if wanted not in released():
        sys.exit(
            f"docs/CHANGELOG.md has no entry for {wanted}: ./dev release writes it and the tag together."
        )
    sys.stdout.write(notes(wanted))
