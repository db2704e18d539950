"""Frozen contracts: the digests of all released schemas and examples, in the format of `sha256sum`.

`./dev release` adds those of the files that are new; a file that is in the list can never change again.
"""

import hashlib
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT

CONTRACTS: Final = ROOT / "libs" / "contracts"
RECIPE: Final = "libs/contracts/README.md, Frozen schemas"


def frozen(contracts: Path = CONTRACTS) -> dict[str, str]:
    """Return the digest of each released file by its path below the contracts; empty before a release."""
    path = contracts / "released.sha256"
    lines = path.read_text().splitlines() if path.exists() else []
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def freeze(contracts: Path = CONTRACTS) -> list[str]:
    """Add the digests of the files that no release has contained, and return their paths."""
    known, present = frozen(contracts), _digests(contracts)
    lines = (f"{digest}  {name}\n" for name, digest in sorted((present | known).items()))
    (contracts / "released.sha256").write_text("".join(lines))
    return sorted(present.keys() - known.keys())


def faults(contracts: Path = CONTRACTS) -> list[str]:
    """Return the released files that are missing or have changed, each with the next step."""
    present = _digests(contracts)
    return [
        f"{name} is released and {'has changed' if name in present else 'is missing'}: restore the "
        f"file of the release and write the next version ({RECIPE})"
        for name, digest in frozen(contracts).items()
        if present.get(name) != digest
    ]


def _digests(contracts: Path) -> dict[str, str]:
    files = (path for folder in ("schemas", "examples") for path in (contracts / folder).iterdir())
    return {
        str(path.relative_to(contracts)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }
