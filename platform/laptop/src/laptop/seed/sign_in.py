"""Organiser sign-in, as on the admin page: authorization code with PKCE on the hosted sign-in page."""

import base64
import hashlib
import secrets
import ssl
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from devkit.failure import Failure

from laptop.aws import outputs
from laptop.instance import ENVIRONMENT, Instance
from laptop.seed.organiser import Organiser

SCOPE = "openid polls/admin"


def access_token(instance: Instance, organiser: Organiser) -> str:
    """Return an access token for the admin API.

    Raises:
        Failure: the sign-in page rejected the credentials.
    """
    return str(tokens(instance, organiser)["access_token"])


def tokens(instance: Instance, organiser: Organiser) -> dict[str, Any]:
    """Return the tokens of a sign-in: `access_token`, `id_token`, `refresh_token`, `expires_in`.

    Raises:
        Failure: the sign-in page rejected the credentials.
    """
    return SignIn.at(instance).tokens(organiser)


@dataclass(frozen=True)
class SignIn:
    """An OAuth authorization code flow with PKCE: address, client, callback, state and code verifier."""

    address: str
    client_id: str
    callback: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    trust: ssl.SSLContext | None = None

    @classmethod
    def at(cls, instance: Instance) -> "SignIn":
        """Begin a sign-in of the admin page of an instance."""
        platform = outputs(instance, f"tot-{ENVIRONMENT}-platform")
        return cls(platform["SignInUrl"], platform["SignInClientId"], f"{instance.site}/admin/")

    def tokens(self, organiser: Organiser) -> dict[str, Any]:
        """Sign in and return the tokens. Raises `Failure`."""
        sent_back = self.submit_credentials(organiser)
        answer = parse_qs(urlsplit(sent_back.headers.get("location", "")).query)
        if (
            sent_back.status_code not in {302, 303}
            or answer.get("state") != [self.state]
            or "code" not in answer
        ):
            raise Failure(
                "The organiser could not sign in.",
                f"The sign-in page answered {sent_back.status_code}; "
                "`./dev up --fresh` creates a new account.",
            )
        given = self.exchange_code(answer["code"][0])
        given.raise_for_status()
        found: dict[str, Any] = given.json()
        return found

    def open_login_page(self, browser: httpx.Client) -> httpx.Response:
        """Open the hosted sign-in page."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        question = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": self.callback,
            "scope": SCOPE, "state": self.state, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        return browser.get("/oauth2/authorize", params=question, follow_redirects=True)

    def submit_credentials(self, organiser: Organiser) -> httpx.Response:
        """Open the sign-in page and submit the credentials; a success redirects with a code."""
        with self._browser() as browser:
            page = self.open_login_page(browser)
            form = _Form(page.text)
            named = {"username": organiser.username, "password": organiser.password}
            # Cognito's form names its address with the whole query of the sign-in, the emulator's the path.
            return browser.post(page.url.join(form.action), data=form.hidden | named)

    def exchange_code(self, code: str) -> httpx.Response:
        """Exchange the authorization code for tokens, with the code verifier."""
        with self._browser() as browser:
            return browser.post(
                "/oauth2/token",
                data={
                    "grant_type": "authorization_code", "client_id": self.client_id,
                    "redirect_uri": self.callback, "code": code, "code_verifier": self.verifier,
                },
            )  # fmt: skip

    def _browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=30, trust_env=False, verify=self.trust or True)


class _Form(HTMLParser):
    """The first form's address, and the hidden fields of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form" and not self.action:
            self.action = named.get("action") or ""
        if tag == "input" and named.get("type") == "hidden" and named.get("name"):
            self.hidden[str(named["name"])] = named.get("value") or ""
