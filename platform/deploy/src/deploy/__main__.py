"""`python -m deploy [--check]`: write the policies of the deploy role, or report outdated ones."""

import sys
from argparse import ArgumentParser

from deploy.role import FOLDER, differing, write


def main(*, check: bool) -> int:
    """Return 1 with `check` if a document is outdated."""
    names = differing(FOLDER)
    if not check:
        write(FOLDER)
    for name in names:
        state = "is outdated: run python -m deploy and review the changes" if check else "written"
        sys.stdout.write(f"docs/deploy-role/{name} {state}\n")
    return 1 if check and names else 0


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m deploy", description=__doc__.partition(": ")[2])
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit status 1 if one is outdated"
    )
    sys.exit(main(check=parser.parse_args().check))
