"""Signs the organiser in as the admin page does: authorization code with PKCE on the hosted sign-in page."""

import base64
import hashlib
import secrets
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx

from devstack.aws import outputs
from devstack.failure import Failure
from devstack.instance import ENVIRONMENT, Instance
from devstack.seed.organiser import Organiser

SCOPE = "openid polls/admin"


def access_token(instance: Instance, organiser: Organiser) -> str:
    """Return an access token for the admin API.

    Raises:
        Failure: the sign-in page refused.
    """
    platform = outputs(instance, f"tot-{ENVIRONMENT}-platform")
    client_id, callback = platform["SignInClientId"], f"{instance.site}/admin/"
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    question = {
        "response_type": "code", "client_id": client_id, "redirect_uri": callback, "scope": SCOPE,
        "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    with httpx.Client(base_url=platform["SignInUrl"], timeout=30, trust_env=False) as browser:
        form = _hidden_fields(browser.get("/oauth2/authorize", params=question, follow_redirects=True).text)
        typed = {"username": organiser.username, "password": organiser.password}
        sent_back = browser.post("/login", data=form | typed)
        location = urlsplit(sent_back.headers.get("location", ""))
        answer = parse_qs(location.query)
        if sent_back.status_code not in {302, 303} or answer.get("state") != [state] or "code" not in answer:
            raise Failure(
                "The organiser could not sign in.",
                f"The sign-in page answered {sent_back.status_code}; `./dev up --fresh` makes a new account.",
            )
        token = browser.post(
            "/oauth2/token",
            data={
                "grant_type": "authorization_code", "client_id": client_id, "redirect_uri": callback,
                "code": answer["code"][0], "code_verifier": verifier,
            },
        )  # fmt: skip
        token.raise_for_status()
        return str(token.json()["access_token"])


class _HiddenFields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input" and named.get("type") == "hidden" and named.get("name"):
            self.found[str(named["name"])] = named.get("value") or ""


def _hidden_fields(page: str) -> dict[str, str]:
    parser = _HiddenFields()
    parser.feed(page)
    return parser.found
