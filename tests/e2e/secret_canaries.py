"""What the tests of a run were given that must be found nowhere afterwards: `test_privacy.py` looks for it.

Whatever hands out something of a new kind plants it by one line: `running.planted.add("telephone", number)`.
"""

import base64

from devstack.instance import ENVIRONMENT
from devstack.privacy.identity import Identity

_CONNECTIONS = f"table tot-{ENVIRONMENT}-web-socket-connections"


class Planted:
    """Remembers identities; the same one as often as it is planted."""

    def __init__(self) -> None:
        self._identities: dict[Identity, None] = {}

    def add(self, kind: str, value: str | bytes, kept_in: tuple[str, ...] = ()) -> None:
        """Plant one; it may be found where `kept_in` says, by the beginning of a place's name, only."""
        raw = value.encode() if isinstance(value, str) else value
        self._identities[Identity(kind, raw, kept_in)] = None

    def voter_token(self, text: str) -> None:
        """Plant a voter token's text and the voter id in it."""
        self.add("voter_token", text)
        self.add("voter_token", text.rpartition(".")[2])
        encoded = text.split(".")[2]
        self.add("voter id", base64.urlsafe_b64decode(f"{encoded}=="))

    def results_pass(self, text: str) -> None:
        """Plant a results pass, and its MAC alone."""
        self.add("results pass", text)
        self.add("results pass", text.rpartition(".")[2])

    def ticket(self, text: str) -> None:
        """Plant a ticket. Its random part alone is kept, to know that it was used."""
        self.add("ticket", text)
        self.add("ticket", text.rpartition(".")[2])
        self.add("ticket id", text.split(".")[5], kept_in=(_CONNECTIONS,))

    def token(self, text: str) -> None:
        """Plant a token, and its signature alone."""
        self.add("token", text)
        self.add("token", text.rpartition(".")[2])

    def code(self, text: str) -> None:
        """Plant a voting code, as it is printed and as people type it."""
        for spelling in (text, text.lower(), text.replace("-", ""), text.replace("-", "").lower()):
            self.add("voting code", spelling)

    def kinds(self) -> set[str]:
        """Return of which kinds there are any."""
        return {identity.kind for identity in self._identities}

    def identities(self) -> list[Identity]:
        """Return all of them."""
        return list(self._identities)
