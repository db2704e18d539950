"""The laptop's limit of new voters from one address in five minutes: the template's default.

A crowd comes from one address, so it needs a higher one: `./dev up --new-voters-per-network N`.
"""

import json
from typing import Final

from devstack.failure import Failure
from devstack.instance import ROOT, Instance
from devstack.stacks import template

PARAMETER: Final = "NewVotersPerNetwork"


def remember(instance: Instance, voters: int) -> None:
    """Raise or lower the limit of an instance, from its next deployment until it is started fresh."""
    instance.state.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text(json.dumps({PARAMETER: voters}))


def allowed(instance: Instance) -> int:
    """Return the limit: what was asked for, else the template's default."""
    try:
        return int(json.loads(instance.settings_file.read_text())[PARAMETER])
    except FileNotFoundError:
        source = template.read(ROOT / "services" / "vote-service" / "template.yaml")
        return int(source["Parameters"][PARAMETER]["Default"])


def require(instance: Instance, voters: int) -> None:
    """Raise a `Failure` that says what to do unless so many voters may come from one address."""
    if voters > (limit := allowed(instance)):
        raise Failure(
            f"{voters} voters are too many: one address may bring {limit} new voters in five minutes.",
            f"A crowd needs a higher limit: ./dev up --new-voters-per-network {max(10 * voters, 10_000)}",
        )
