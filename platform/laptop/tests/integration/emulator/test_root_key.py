"""The emulator's root key is random, its signatures are checked, and only its owner can read it."""

import stat
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from devkit.failure import Failure
from laptop.aws import root_environment
from laptop.emulator import root_key
from laptop.emulator.root_key import PROFILE, RootKey
from laptop.instance import Instance

READ_KEYS = """
    import os, pathlib
    def handler(event, context):
        return dict(os.environ)
"""


def _client(emulator: Any, key_id: str, secret: str, service: str = "secretsmanager") -> Any:
    session = boto3.Session(key_id, secret, region_name="us-east-1")
    return session.client(service, endpoint_url=emulator.instance.endpoint)  # type: ignore[call-overload]


WELL_KNOWN = (
    "test",
    "000000000000",
    "123456789012",
    "AKIAIOSFODNN7EXAMPLE",  # pragma: allowlist secret
)


@pytest.mark.covers("T31")
@pytest.mark.parametrize("key_id", WELL_KNOWN)
def test_a_well_known_key_is_rejected(repaired: Any, key_id: str) -> None:
    for service, call in (
        ("secretsmanager", "list_secrets"),
        ("s3", "list_buckets"),
        ("lambda", "list_functions"),
    ):
        with pytest.raises(ClientError) as refused:
            getattr(_client(repaired, key_id, "test", service), call)()
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in {400, 401, 403}


@pytest.mark.parametrize("key_id", ["test", "000000000000"])
def test_ministack_still_accepts_a_well_known_key_as_root(plain: Any, key_id: str) -> None:
    assert "SecretList" in _client(plain, key_id, "any-secret").list_secrets()


@pytest.mark.covers("T31")
def test_roots_signature_is_checked(repaired: Any) -> None:
    key = root_key.of(repaired.instance)
    assert "SecretList" in _client(repaired, key.access_key_id, key.secret).list_secrets()
    with pytest.raises(ClientError, match="signature"):
        _client(repaired, key.access_key_id, "guessed").list_secrets()


def test_ministack_still_checks_no_signature_of_root(plain: Any) -> None:
    key = root_key.of(plain.instance)
    assert "SecretList" in _client(plain, key.access_key_id, "guessed").list_secrets()


@pytest.mark.covers("T31")
@pytest.mark.parametrize(
    "query",
    ["", "?X-Amz-Credential=test/20260101/us-east-1/s3/aws4_request",
     "?AWSAccessKeyId=test&Signature=x&Expires=9999999999",
     "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test/20260101/us-east-1/s3/aws4_request"],
)  # fmt: skip
def test_an_unsigned_request_reads_no_bucket_and_calls_nothing(repaired: Any, query: str) -> None:
    bucket = repaired.aws("s3")
    bucket.create_bucket(Bucket="private")
    bucket.put_object(Bucket="private", Key="page.html", Body=b"kept")
    endpoint = repaired.instance.endpoint
    read = httpx.get(f"{endpoint}/private/page.html{query}")
    assert (read.is_client_error, b"kept" in read.content) == (True, False)
    listed = httpx.post(
        f"{endpoint}/{query}",
        headers={"X-Amz-Target": "secretsmanager.ListSecrets", "Content-Type": "application/x-amz-json-1.1"},
        content=b"{}",
    )
    assert (listed.is_client_error, b"SecretList" in listed.content) == (True, False)


@pytest.mark.covers("T31")
def test_no_function_is_given_the_root_key(repaired: Any) -> None:
    repaired.function("without-root", READ_KEYS)
    key = root_key.of(repaired.instance)
    seen = repaired.invoke("without-root")
    assert not [name for name, value in seen.items() if key.secret in value or key.access_key_id in value]


def test_the_key_is_in_no_log_and_on_no_command_line(repaired: Any) -> None:
    key = root_key.of(repaired.instance)
    command = Path(f"/proc/{repaired.instance.pid()}/cmdline")
    written = repaired.instance.emulator_log.read_text() + (command.read_text() if command.exists() else "")
    assert key.secret not in written
    assert key.secret not in repr(key)


@pytest.mark.covers("T31")
def test_saved_state_is_readable_only_by_its_owner(repaired: Any) -> None:
    state = repaired.instance.state
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert stat.S_IMODE(repaired.instance.credentials_file.stat().st_mode) == 0o600
    repaired.aws("secretsmanager").create_secret(Name="kept", SecretString="by the emulator")
    repaired.stop()
    repaired.start()
    saved = [path for path in repaired.instance.emulator_state.rglob("*") if path.is_file()]
    assert any(b"by the emulator" in path.read_bytes() for path in saved), (
        "nothing was saved: nothing is proven"
    )
    assert [path.name for path in saved if path.stat().st_mode & 0o077] == []


def test_a_restart_keeps_the_key_and_another_instance_has_another(repaired: Any, plain: Any) -> None:
    before = root_key.of(repaired.instance)
    repaired.stop()
    repaired.start()
    assert root_key.of(repaired.instance) == before != root_key.of(plain.instance)


def test_the_file_is_a_profile_that_any_sdk_can_use(repaired: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-another-account")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(repaired.instance.credentials_file))
    session = boto3.Session(profile_name=PROFILE)
    assert session.client("sts").get_caller_identity()["Arn"].endswith(":root")


def test_a_file_without_a_key_is_reported_with_advice(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    for content in (None, "", f"[{PROFILE}]\n", "no ini file", "[other]\naws_access_key_id = x\n"):
        if content is not None:
            instance.credentials_file.write_text(content)
        with pytest.raises(Failure, match="has no key of the emulator"):
            root_environment(instance)


def test_a_new_key_replaces_a_file_that_others_could_read(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.credentials_file.write_text("broken")
    instance.credentials_file.chmod(0o644)
    made = root_key.ensure(instance)
    assert stat.S_IMODE(instance.credentials_file.stat().st_mode) == 0o600
    assert root_key.ensure(instance) == made
    assert RootKey.generate() != RootKey.generate()
