"""Secrets and identities given to tests, which `test_privacy.py` must find nowhere afterwards.

Register a new kind with one line: `running.planted.add("telephone", number)`.
"""

import base64

from laptop.instance import ENVIRONMENT

from .privacy.identity import Identity

_CONNECTIONS = f"table tot-{ENVIRONMENT}-web-socket-connections"


class Planted:
    """The identities that tests have used, without duplicates."""

    def __init__(self) -> None:
        self._identities: dict[Identity, None] = {}

    def add(self, kind: str, value: str | bytes, kept_in: tuple[str, ...] = ()) -> None:
        """Register an identity; `kept_in` lists prefixes of the names of places that may contain it."""
        raw = value.encode() if isinstance(value, str) else value
        self._identities[Identity(kind, raw, kept_in)] = None

    def voter_token(self, text: str) -> None:
        """Register a voter token and the voter id in it."""
        self.add("voter_token", text)
        self.add("voter_token", text.rpartition(".")[2])
        encoded = text.split(".")[2]
        self.add("voter id", base64.urlsafe_b64decode(f"{encoded}=="))

    def results_pass(self, text: str) -> None:
        """Register a results pass, and its MAC alone."""
        self.add("results pass", text)
        self.add("results pass", text.rpartition(".")[2])

    def ticket(self, text: str) -> None:
        """Register a ticket. Its random part is stored, to detect a second use."""
        self.add("ticket", text)
        self.add("ticket", text.rpartition(".")[2])
        self.add("ticket id", text.split(".")[5], kept_in=(_CONNECTIONS,))

    def token(self, text: str) -> None:
        """Register a token, and its signature alone."""
        self.add("token", text)
        self.add("token", text.rpartition(".")[2])

    def code(self, text: str) -> None:
        """Register a voting code, as printed and as typed."""
        for spelling in (text, text.lower(), text.replace("-", ""), text.replace("-", "").lower()):
            self.add("voting code", spelling)

    def kinds(self) -> set[str]:
        """Return the kinds of the registered identities."""
        return {identity.kind for identity in self._identities}

    def identities(self) -> list[Identity]:
        """Return all registered identities."""
        return list(self._identities)
