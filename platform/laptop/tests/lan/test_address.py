"""The address for phones: that of the default route in a local network, otherwise a clear error."""

import socket
from types import SimpleNamespace

import psutil
import pytest
from devkit.failure import Failure
from laptop.lan import address
from laptop.lan.address import lan_address


def machine(monkeypatch: pytest.MonkeyPatch, route: str | None, **interfaces: str) -> None:
    """Fake this machine's network interfaces; a name that begins with `down` is an inactive one."""
    entries = {
        name: [SimpleNamespace(family=socket.AF_INET, address=one)] for name, one in interfaces.items()
    }
    states = {name: SimpleNamespace(isup=not name.startswith("down")) for name in interfaces}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: entries)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: states)
    monkeypatch.setattr(address, "_default_route_address", lambda: route)


def test_the_address_of_the_default_route_is_taken_among_several(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, "192.168.1.5", lo="127.0.0.1", docker="172.17.0.1", wifi="192.168.1.5")
    assert lan_address() == "192.168.1.5"


def test_the_only_address_is_taken_without_a_default_route(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, None, lo="127.0.0.1", hotspot="10.42.0.1", down="192.168.1.5")
    assert lan_address() == "10.42.0.1"


def test_several_addresses_without_a_default_route_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, None, a="10.42.0.1", b="192.168.1.5")
    with pytest.raises(Failure, match=r"10\.42\.0\.1, 192\.168\.1\.5") as failure:
        lan_address()
    assert "--lan-address" in failure.value.advice


@pytest.mark.parametrize(
    "interfaces",
    [{"lo": "127.0.0.1"}, {"public": "8.8.8.8"}, {"link": "169.254.3.4"}, {"down": "192.168.1.5"}],
)
def test_a_machine_without_a_local_network_is_rejected(
    monkeypatch: pytest.MonkeyPatch, interfaces: dict[str, str]
) -> None:
    machine(monkeypatch, next(iter(interfaces.values())), **interfaces)
    with pytest.raises(Failure, match="no IPv4 address in a local network"):
        lan_address()


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("phone.local", "not an IPv4 address"),
        ("192.168.1", "not an IPv4 address"),
        ("::1", "not an IPv4 address"),
        ("0.0.0.0", "not an address of a local network"),  # noqa: S104 (it is refused)
        ("127.0.0.1", "not an address of a local network"),
        ("8.8.8.8", "not an address of a local network"),
        ("224.0.0.1", "not an address of a local network"),
    ],
)
def test_an_unsuitable_requested_address_is_rejected(wanted: str, says: str) -> None:
    with pytest.raises(Failure, match=says):
        lan_address(wanted)


def test_a_requested_address_is_used_unchanged() -> None:
    assert lan_address("192.168.1.5") == "192.168.1.5"
