"""The local rate limit: new voters from one address in five minutes; the template's default unless raised.

A load test votes from one address, so it needs a higher limit: `./dev up --new-voters-per-network N`.
"""

import json
from typing import Final

from devkit.checkout import ROOT
from devkit.failure import Failure
from stacks.template import read_template

from laptop.instance import Instance

PARAMETER: Final = "NewVotersPerNetwork"


def remember(instance: Instance, voters: int) -> None:
    """Store the limit of an instance. It applies from the next deployment until `./dev up --fresh`."""
    instance.state.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text(json.dumps({PARAMETER: voters}))


def allowed(instance: Instance) -> int:
    """Return the limit: the stored value, otherwise the template's default."""
    try:
        return int(json.loads(instance.settings_file.read_text())[PARAMETER])
    except FileNotFoundError:
        source = read_template(ROOT / "services" / "vote-service" / "template.yaml")
        return int(source["Parameters"][PARAMETER]["Default"])


def require(instance: Instance, voters: int) -> None:
    """Raise a `Failure` with advice if the limit is below the number of voters."""
    if voters > (limit := allowed(instance)):
        raise Failure(
            f"{voters} voters exceed the rate limit: {limit} new voters from one address in five minutes.",
            f"Raise the limit: ./dev up --new-voters-per-network {max(10 * voters, 10_000)}",
        )
