"""The admin API for signed-in organisers, and a fake sign-in page."""

import base64
import json
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from contracts.polls import CreatePoll, Poll
from contracts.roles import Role
from playwright.sync_api import Page, Request, Route
from testkit.world import Response

from .backend import Backend, Organiser
from .routes import PRESENTER, Api, answer_with, bare, body_of
from .served_site import SIGN_IN_URL

ORGANISER: Final = "organiser@example.com"


class AdminApi(Api):
    """Sign-in, admin API, public API and WebSocket of one browser page."""

    def __init__(self, page: Page, backend: Backend) -> None:
        super().__init__(page, backend)
        self.username = "ada"
        self.groups = ["owner"]
        self.wanted: list[CreatePoll] = []
        self.minted: dict[str, list[str]] = {}
        self.pictures: list[str] = []
        self.page_sizes: dict[str, int] = {}
        """Page size of a list, by the list's path."""
        self.signed_in: list[dict[str, list[str]]] = []
        self.tokens: list[dict[str, list[str]]] = []
        self.authorizations: list[str] = []
        self.logged_out: list[str] = []
        self.token_lifetime = 3600
        self._organisers: dict[str, Organiser] = {}
        page.route("**/config.json", lambda route: route.fulfill(json=self._config()))
        page.route("**/admin/api/**", self._dispatch_admin)
        page.route(f"{SIGN_IN_URL}/**", self._sign_in)

    @property
    def polls(self) -> list[Poll]:
        """All polls in their current state, newest first."""
        return self.backend.polls()

    def let_in(self, token: str) -> None:
        """Accept a token as a signed-in organiser's."""
        self._organisers[f"Bearer {token}"] = Organiser(self.username, tuple(self.groups))

    def sign_in_tab(self, page: Page) -> None:
        """Sign in a tab, as if the dashboard had opened it."""
        self.let_in("token-0")
        session = {
            "access_token": "token-0",
            "name": ORGANISER,
            "username": self.username,
            "role": next((role for role in reversed(Role) if role in self.groups), "none"),
            "expires_at": 4_102_444_800_000,
        }
        page.add_init_script(f"sessionStorage['tot.signin.session'] ??= {json.dumps(json.dumps(session))}")

    def open_dashboard(self, page: Page) -> None:
        """Open the dashboard in a signed-in tab: the tests of the sign-in itself load two pages more."""
        self.sign_in_tab(page)
        page.goto("/admin/")
        page.locator("#dashboard:not([hidden])").wait_for()

    @staticmethod
    def _config() -> dict[str, str]:
        return {
            "environment": "test",
            "signInUrl": SIGN_IN_URL,
            "signInClientId": "client-1",
            "scope": "openid polls/admin",
            "webSocketPath": "/ws",
        }

    def _sign_in(self, route: Route, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.path == "/oauth2/authorize":
            query = parse_qs(parts.query)
            self.signed_in.append(query)
            back = f"{query['redirect_uri'][0]}?code=code-1&state={query['state'][0]}"
            route.fulfill(status=302, headers={"location": back})
        elif parts.path == "/oauth2/token":
            self.tokens.append(parse_qs(request.post_data or ""))
            route.fulfill(json=self._token(), headers={"access-control-allow-origin": "*"})
        else:
            self.logged_out.append(request.url)
            route.fulfill(status=302, headers={"location": parse_qs(parts.query)["logout_uri"][0]})

    def _token(self) -> dict[str, Any]:
        said = {"email": ORGANISER, "cognito:username": self.username, "cognito:groups": self.groups}
        claims = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
        self.let_in(token := f"token-{len(self.tokens)}")
        return {"access_token": token, "id_token": f"e30.{claims}.x", "expires_in": self.token_lifetime}

    def _dispatch_admin(self, route: Route, request: Request) -> None:
        self.authorizations.append(said := request.headers.get("authorization", ""))
        if self._note(route, request):
            return
        if urlsplit(request.url).path.startswith(PRESENTER):
            answer_with(self.ask(request))(route, request)
            return
        organiser = self._organisers.get(said)
        if organiser is None:
            bare(401)(route, request)
            return
        answered = self._ask_admin(request, organiser)
        answer_with(answered)(route, request)

    def carry_out(self, request: Request) -> Response:
        """Handle a request with the real services; admin requests run as their token's organiser."""
        organiser = self._organisers.get(request.headers.get("authorization", ""))
        if organiser and urlsplit(request.url).path.startswith("/admin/api/"):
            return self._ask_admin(request, organiser)
        return super().carry_out(request)

    def _ask_admin(self, request: Request, organiser: Organiser) -> Response:
        parts = urlsplit(request.url)
        address = request.url
        if request.method == "GET" and parts.path in self.page_sizes:
            limit = {"limit": str(self.page_sizes[parts.path])}
            address = f"{parts.path}?{urlencode(dict(parse_qsl(parts.query)) | limit)}"
        answered = self.ask(request, organiser, address)
        if answered.status == 201:
            match parts.path.removeprefix("/admin/api/").split("/"):
                case ["polls"]:
                    self.wanted.append(CreatePoll.model_validate(body_of(request)))
                case ["polls", poll_id, "codes"]:
                    self.minted.setdefault(poll_id, []).extend(answered.json["codes"])
                case ["images"]:
                    self.pictures.append(answered.json["image"])
        return answered
