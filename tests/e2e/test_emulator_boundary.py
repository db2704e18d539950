"""Pages of another site, or under a rebound name, attack the emulator with its root key in Chromium."""

from collections.abc import Callable, Iterator
from typing import Final

import httpx
import pytest
from botocore.exceptions import ClientError
from laptop.aws import client
from laptop.emulator import root_key
from playwright.sync_api import Browser, Page, Response
from testrunner.browser import find_chromium
from testrunner.chromium import ARGUMENTS

from .live_stack import Running, dev
from .test_cross_origin import foreign_site

__all__ = ["foreign_site"]

PLANTED: Final = "planted-by-a-page"
REBOUND: Final = "rebound.example"
# The well-known key of emulators, in the query, because forms cannot set the header of a signature.
KEY: Final = "X-Amz-Credential=test/20261126/us-east-1/{service}/aws4_request"
READ_SECRETS: Final = f"""async (endpoint) => {{
    const answer = await fetch(endpoint + "/?{KEY.format(service="secretsmanager")}", {{method: "POST",
        headers: {{"X-Amz-Target": "secretsmanager.ListSecrets",
            "Content-Type": "application/x-amz-json-1.1"}}, body: "{{}}"}});
    return (await answer.text()).includes("SecretList") ? "done" : `answered ${{answer.status}}`; }}"""
CREATE_LAMBDA: Final = f"""async (endpoint) => {{
    await fetch(endpoint + "/2015-03-31/functions?{KEY.format(service="lambda")}", {{method: "POST",
        mode: "no-cors", headers: {{"Content-Type": "text/plain"}}, body: JSON.stringify({{
            FunctionName: "{PLANTED}", Runtime: "python3.13", Handler: "index.handler",
            Role: "arn:aws:iam::000000000000:role/any", Code: {{ZipFile: ""}}}})}});
    return "sent"; }}"""
CREATE_USER: Final = f"""async (endpoint) => {{
    await fetch(endpoint + "/?{KEY.format(service="iam")}", {{method: "POST", mode: "no-cors",
        body: new URLSearchParams({{Action: "CreateUser", Version: "2010-05-08", UserName: "{PLANTED}"}})}});
    return "sent"; }}"""
PUT_BUCKET: Final = f"""async (endpoint) => {{
    await fetch(endpoint + "/{PLANTED}?{KEY.format(service="s3")}", {{method: "PUT"}});
    return "done"; }}"""
RESET: Final = """async (endpoint) => {
    await fetch(endpoint + "/_ministack/reset", {method: "POST", mode: "no-cors"}); return "sent"; }"""
TAKE_TOKEN: Final = """async (endpoint) => {
    const answer = await fetch(endpoint + "/oauth2/token", {method: "POST",
        body: new URLSearchParams({grant_type: "authorization_code"})});
    return `answered ${answer.status}`; }"""
OPEN_SOCKET: Final = """(endpoint) => new Promise((done) => {
    const socket = new WebSocket(endpoint.replace("http", "ws") + "/_aws/execute-api/any/ws");
    socket.onopen = () => done("done"); socket.onerror = () => done("refused"); })"""
POST_FORM: Final = f"""(endpoint) => {{
    const form = document.createElement("form");
    form.method = "POST"; form.action = endpoint + "/?{KEY.format(service="iam")}";
    for (const [name, value] of Object.entries({{Action: "CreateUser", Version: "2010-05-08",
            UserName: "{PLANTED}"}})) {{
        const field = document.createElement("input"); field.name = name; field.value = value;
        form.append(field); }}
    document.body.append(form); form.submit(); return "sent"; }}"""
ATTACKS: Final = {
    "secrets-read": READ_SECRETS,
    "function-created": CREATE_LAMBDA,
    "user-created": CREATE_USER,
    "bucket-put": PUT_BUCKET,
    "reset": RESET,
    "token": TAKE_TOKEN,
    "socket": OPEN_SOCKET,
    "form": POST_FORM,
}


def _tried(page: Page, attack: str, endpoint: str) -> str:
    caught = f"(endpoint) => ({attack})(endpoint).catch(() => 'refused')" if "async" in attack else attack
    outcome: str = page.evaluate(caught, endpoint)
    return outcome


@pytest.fixture
def emulator_stays_unchanged(running: Running) -> Iterator[None]:
    """Check after each test that the emulator is unchanged and still works."""
    secrets = client(running.instance, "secretsmanager")
    before = [secret["Name"] for secret in secrets.list_secrets()["SecretList"]]
    yield
    iam, functions = client(running.instance, "iam"), client(running.instance, "lambda")
    assert PLANTED not in [user["UserName"] for user in iam.list_users()["Users"]]
    with pytest.raises(ClientError, match="ResourceNotFound"):
        functions.get_function(FunctionName=PLANTED)
    buckets = client(running.instance, "s3").list_buckets()["Buckets"]
    assert PLANTED not in [bucket["Name"] for bucket in buckets]
    assert [secret["Name"] for secret in secrets.list_secrets()["SecretList"]] == before != []
    assert running.page().get("/polls/active").is_success


@pytest.mark.covers("T31")
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
@pytest.mark.usefixtures("emulator_stays_unchanged")
def test_foreign_page_cannot_use_the_emulator(
    running: Running, desktop: Page, foreign_site: str, name: str, attack: str
) -> None:
    endpoint = f"http://{name}:{running.instance.emulator_port}"
    desktop.goto(foreign_site)
    answers: list[Response] = []
    desktop.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - no builtin
    # The test proves nothing unless the request leaves the page.
    leaves = (
        desktop.expect_websocket()
        if attack == OPEN_SOCKET
        else desktop.expect_request(lambda request: request.url.startswith(endpoint))
    )
    with leaves:
        outcome = _tried(desktop, attack, endpoint)
    assert outcome in {"refused", "sent"}
    desktop.wait_for_load_state()
    assert {answer.status for answer in answers if answer.url.startswith(endpoint)} <= {403}


@pytest.fixture
def rebound(browser: Browser) -> Iterator[Callable[[int], Page]]:
    """Return a function that opens a page by a rebound name, which resolves to this machine."""
    chromium = find_chromium()
    mapped = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"
    deceived = browser.browser_type.launch(executable_path=chromium, args=[*ARGUMENTS, mapped])

    def open_at(port: int) -> Page:
        page = deceived.new_page()
        answer = page.goto(f"http://{REBOUND}:{port}/polls/active")
        assert answer is not None
        assert answer.status == 403
        return page

    yield open_at
    deceived.close()


@pytest.mark.covers("T31")
@pytest.mark.usefixtures("emulator_stays_unchanged")
def test_rebound_name_cannot_use_the_emulator(running: Running, rebound: Callable[[int], Page]) -> None:
    page = rebound(running.instance.emulator_port)
    assert "not a name of the emulator" in page.inner_text("body")
    own = f"http://{REBOUND}:{running.instance.emulator_port}"
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - no builtin
    for attack in (READ_SECRETS, CREATE_LAMBDA, CREATE_USER, PUT_BUCKET, RESET):
        _tried(page, attack, own)
    assert _tried(page, OPEN_SOCKET, own) == "refused"
    # The requests are same-origin: the page's own policy would let it read every answer.
    assert [answer.status for answer in answers] == [403] * 5


@pytest.mark.covers("T31")
@pytest.mark.usefixtures("emulator_stays_unchanged")
def test_rebound_name_is_rejected_by_the_site(running: Running, rebound: Callable[[int], Page]) -> None:
    page = rebound(running.instance.port)
    assert "not a name of the site" in page.inner_text("body")
    assert (
        page.evaluate("""() => fetch("/voter-token", {method: "POST", body: "{}",
        headers: {"Content-Type": "application/json"}}).then((answer) => answer.status)""")
        == 403
    )


@pytest.mark.covers("T31")
def test_emulator_sends_no_cors_headers_to_foreign_pages(running: Running) -> None:
    """Without a browser: the request is rejected before ministack's own preflight."""
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}
    for method in ("OPTIONS", "GET", "POST"):
        for path in ("/", "/bucket", "/oauth2/token", "/_ministack/health"):
            answer = httpx.request(method, running.instance.endpoint + path, headers=asked, trust_env=False)
            assert answer.status_code == 403
            assert [name for name in answer.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize("options", [("--json",), ()])
def test_status_command_shows_the_credentials_file_and_not_the_key(
    running: Running, options: tuple[str, ...]
) -> None:
    shown = dev(running.instance.state, "status", *options).stdout
    assert str(running.instance.credentials_file) in shown
    assert root_key.of(running.instance).secret not in shown
