"""Hash chain over the pages of an exported vote log: any changed or missing page changes the last hash."""

import json
from hashlib import sha256
from typing import Final

from contracts.results_export import ExportedVoteLog

CHAIN_START: Final = "0" * 64
"""The hash before the first page."""


def chained(page: ExportedVoteLog) -> ExportedVoteLog:
    """Return a page with its own hash in place of the hash of the page before it.

    The hash covers the page's JSON with sorted keys and without spaces, the hash of the page before included.
    """
    text = json.dumps(page.model_dump(mode="json"), separators=(",", ":"), sort_keys=True)
    return page.model_copy(update={"chain": sha256(text.encode()).hexdigest()})
