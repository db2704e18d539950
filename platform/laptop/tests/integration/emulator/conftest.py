"""Two emulators: unpatched ministack, and ministack with our patches."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from laptop.aws import client
from laptop.emulator import process, root_key
from laptop.instance import Instance
from testkit.ports import free_port

ASSUMED = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@dataclass
class Emulator:
    """One running emulator, with helpers that create test resources in it."""

    instance: Instance
    repaired: bool = True
    _plain: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def aws(self, service: str) -> Any:
        return client(self.instance, service)

    def start(self) -> None:
        if self.repaired:
            process.start(self.instance)
            return
        (self.instance.state / "tmp").mkdir(parents=True, exist_ok=True)
        bind = f"127.0.0.1:{self.instance.emulator_port}"
        key = root_key.ensure(self.instance)
        # Unpatched, it takes its root key from the environment.
        named = {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret}
        self._plain = subprocess.Popen(
            [sys.executable, "-m", "hypercorn", "ministack.app:app", "--bind", bind],
            env=process.environment(self.instance) | named,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers)

    def stop(self) -> None:
        if self.repaired:
            process.stop(self.instance)
        elif self._plain is not None:
            self._plain.send_signal(signal.SIGTERM)
            self._plain.wait(PATIENCE_SECONDS)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.instance.endpoint}/_ministack/health").is_success
        except httpx.TransportError:
            return False

    def role(self, name: str) -> str:
        """Create a role without permissions and return its ARN."""
        made = self.aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=ASSUMED)
        return str(made["Role"]["Arn"])

    def function(self, name: str, code: str, **settings: Any) -> str:
        """Create a function from a module's source and return its ARN."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr(zipfile.ZipInfo("index.py"), textwrap.dedent(code))
        made = self.aws("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=self.role(name),
            Handler="index.handler",
            Timeout=20,
            Code={"ZipFile": archive.getvalue()},
            **settings,
        )
        return str(made["FunctionArn"])

    def invoke(self, name: str, event: Any = None) -> Any:
        answer = self.aws("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}).encode())
        return json.loads(answer["Payload"].read())

    def http_api(self, function_arn: str, route: str) -> str:
        """Put a function behind a route of a new HTTP API and return the API's address."""
        api = self.aws("apigatewayv2")
        api_id = api.create_api(Name="test", ProtocolType="HTTP")["ApiId"]
        integration = api.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=function_arn,
            PayloadFormatVersion="2.0",
        )
        api.create_route(ApiId=api_id, RouteKey=route, Target=f"integrations/{integration['IntegrationId']}")
        api.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        return f"{self.instance.endpoint}/_aws/execute-api/{api_id}/$default"

    def websocket_api(self, function_arn: str) -> str:
        """Put a function behind `$connect` of a new WebSocket API and return the API's address."""
        api = self.aws("apigatewayv2")
        api_id = api.create_api(
            Name="socket", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
        )["ApiId"]
        integration = api.create_integration(
            ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=function_arn
        )
        api.create_route(
            ApiId=api_id, RouteKey="$connect", Target=f"integrations/{integration['IntegrationId']}"
        )
        api.create_stage(ApiId=api_id, StageName="ws")
        return f"ws://127.0.0.1:{self.instance.emulator_port}/_aws/execute-api/{api_id}/ws"


PATIENCE_SECONDS = 240.0


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for a condition; the limit only ends a broken run."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(0.05)


def second_loopback() -> str | None:
    """Return a second loopback address as a stand-in for the local network's, or `None` if there is none."""
    try:
        with socket.create_server(("127.0.0.2", 0)):
            return "127.0.0.2"
    except OSError:
        return None


def make_emulator(state: Path, *, repaired: bool, lan: str | None = None) -> Emulator:
    return Emulator(Instance(state, free_port(), free_port(), lan), repaired)


@pytest.fixture(scope="session")
def repaired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The patched emulator, started from an environment with AWS credentials."""
    before = dict(os.environ)
    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIAOFTHEHOST", "AWS_SECRET_ACCESS_KEY": "secret-of-the-host"}
    emulator = make_emulator(tmp_path_factory.mktemp("repaired"), repaired=True, lan=second_loopback())
    emulator.start()
    os.environ.clear()
    os.environ.update(before)
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Unpatched ministack with the same settings."""
    emulator = make_emulator(tmp_path_factory.mktemp("plain"), repaired=False)
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture(params=["repaired", "plain"])
def restartable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Emulator]:
    """An emulator of either kind that the test may restart, in a folder with a long path."""
    emulator = make_emulator(tmp_path / ("state" * 20), repaired=request.param == "repaired")
    emulator.instance.state.mkdir()
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Return `wait_until`."""
    return wait_until
