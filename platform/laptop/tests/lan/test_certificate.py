"""The certificate for phones: valid at one address, under an authority that can sign nothing else."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from laptop.instance import Instance
from laptop.lan import certificate
from laptop.lan.invitation import print_invitation, qr_code
from laptop.readiness import Readiness
from rich.console import Console

ADDRESS = "192.168.178.20"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    made = Instance(tmp_path, lan=ADDRESS)
    certificate.ensure(made, ADDRESS)
    return made


def shake_hands(instance: Instance, address: str) -> None:
    """Complete a TLS handshake in memory, as a client that trusts the authority, at this address."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(instance.lan_certificate_file)
    client = ssl.create_default_context(cafile=str(instance.lan_authority_file))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=address),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    ends[0].write(b"done")


def test_a_phone_that_trusts_the_authority_accepts_the_site_at_its_address_and_no_other(
    instance: Instance,
) -> None:
    shake_hands(instance, ADDRESS)
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        shake_hands(instance, "192.168.178.21")


@pytest.mark.covers("T31")
def test_only_the_owner_can_read_the_key_and_the_authoritys_key_is_not_stored(instance: Instance) -> None:
    assert stat.S_IMODE(instance.lan_certificate_file.stat().st_mode) == 0o600
    written = [path for path in instance.state.iterdir() if "PRIVATE KEY" in path.read_text()]
    assert written == [instance.lan_certificate_file]
    begin_and_end = instance.lan_certificate_file.read_text().count("PRIVATE KEY")
    assert begin_and_end == 2
    authority, server = certificate.issue(ADDRESS, datetime.now(UTC))
    assert server.key.public_key() != authority.public_key()


def test_the_certificates_validity_and_names_are_acceptable_to_phones() -> None:
    now = datetime.now(UTC)
    authority, server = certificate.issue(ADDRESS, now)
    assert server.certificate.not_valid_after_utc - server.certificate.not_valid_before_utc < timedelta(398)
    names = server.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [x509.IPAddress(ip_address(ADDRESS))]
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_a_second_start_keeps_the_certificate_that_a_phone_trusts(instance: Instance) -> None:
    before = instance.lan_certificate_file.read_text(), certificate.authority_fingerprint(instance)
    certificate.ensure(instance, ADDRESS)
    assert (instance.lan_certificate_file.read_text(), certificate.authority_fingerprint(instance)) == before


@pytest.mark.parametrize("change", ["address", "end", "future", "other authority", "no authority", "no key"])
def test_a_certificate_that_phones_would_reject_is_replaced(
    instance: Instance, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = instance.lan_certificate_file.read_text()
    address, now = ADDRESS, datetime.now(UTC)
    match change:
        case "address":
            address = "10.0.0.7"
        case "end":
            now += certificate.LASTS - timedelta(days=6)
        case "future":
            now -= timedelta(days=2)
        case "other authority":
            other = Instance(instance.state / "other")
            other.state.mkdir()
            certificate.ensure(other, ADDRESS)
            other.lan_authority_file.replace(instance.lan_authority_file)
        case "no authority":
            instance.lan_authority_file.unlink()
        case _:
            instance.lan_certificate_file.write_text("")

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return now

    monkeypatch.setattr(certificate, "datetime", Clock)
    certificate.ensure(instance, address)
    assert instance.lan_certificate_file.read_text() not in {before, ""}
    assert certificate._is_usable(instance, address, now)


def test_the_qr_code_is_a_square_of_half_blocks_with_a_border() -> None:
    lines = qr_code(f"https://{ADDRESS}:8080/").splitlines()
    width = len(lines[0])
    assert {len(line) for line in lines} == {width}
    assert len(lines) == (width + 1) // 2
    assert lines[0] == "█" * width


def test_status_and_invitation_name_address_authority_and_fingerprint(instance: Instance) -> None:
    fingerprint = certificate.authority_fingerprint(instance)
    facts = Readiness(instance, ready=True, active_poll=None, stacks=[]).as_json()
    assert facts["lan"] == {
        "site": f"https://{ADDRESS}:8080/",
        "authority_file": str(instance.lan_authority_file),
        "authority_sha256": fingerprint,
    }
    assert Readiness(Instance(instance.state), True, None, []).as_json()["lan"] is None
    console = Console(record=True, file=StringIO(), width=60, emoji=False)
    print_invitation(instance, console)
    printed = console.export_text()
    for text in (f"https://{ADDRESS}:8080/", str(instance.lan_authority_file), fingerprint, "not private"):
        assert text in printed, "no line break inside it"
    assert str(instance.emulator_port) not in printed
