"""`python -m api_documents [--check]`: generate `docs/api`, or report outdated documents."""

import sys
from argparse import ArgumentParser

from api_documents.documents import FOLDER, differing, documents, write
from api_documents.routes import NotDocumented


def main(*, check: bool) -> int:
    """Return 1 if a route is not documented, or with `check` if a document is outdated."""
    try:
        wanted = documents()
    except NotDocumented as lacking:
        sys.stdout.write(f"{lacking}\n")
        return 1
    names = differing(FOLDER, wanted) if check else write(FOLDER, wanted)
    for name in names:
        said = "is outdated: run ./dev openapi and review the changes" if check else "written"
        sys.stdout.write(f"docs/api/{name} {said}\n")
    return 1 if check and names else 0


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m api_documents", description=__doc__.partition(": ")[2])
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit status 1 if one is outdated"
    )
    sys.exit(main(check=parser.parse_args().check))
