"""Finds this machine's address in the local network, and rejects a public one."""

import ipaddress
import socket
from contextlib import suppress
from typing import Final

import psutil
from devkit.failure import Failure

# Connecting a UDP socket sends nothing; it only selects the interface of the default route.
_ANYWHERE_ELSE: Final = ("198.51.100.1", 9)
_CHOOSE: Final = "Choose one: ./dev up --lan --lan-address ADDRESS"


def lan_address(wanted: str | None = None) -> str:
    """Return the IPv4 address that phones use: the requested one, or that of the default route.

    Raises:
        Failure: this machine has no such address, or several and none of them on the default route.
    """
    if wanted is not None:
        return _checked(wanted)
    candidates = [address for address in _interface_addresses() if _is_of_a_lan(address)]
    routed = _default_route_address()
    if routed in candidates:
        return str(routed)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise Failure(f"This machine has several addresses: {', '.join(candidates)}.", _CHOOSE)
    raise Failure(
        "This machine has no IPv4 address in a local network.",
        "Connect it to the network of the phone (Wi-Fi, Ethernet, a hotspot), then try again. "
        "Without --lan the site is for this machine only.",
    )


def _checked(wanted: str) -> str:
    try:
        address = str(ipaddress.IPv4Address(wanted))
    except ValueError:
        raise Failure(f"{wanted!r} is not an IPv4 address.", _CHOOSE) from None
    if not _is_of_a_lan(address):
        raise Failure(
            f"{address} is not an address of a local network.",
            "The site is for phones of your own network: a public address would offer it to the internet.",
        )
    return address


def _is_of_a_lan(address: str) -> bool:
    parsed = ipaddress.IPv4Address(address)
    no_host = parsed.is_unspecified or parsed.is_multicast or parsed.is_link_local or parsed.is_reserved
    # The site is already at 127.0.0.1, with plain http. Tests use other loopback addresses.
    return not (parsed.is_global or no_host or address == "127.0.0.1")


def _interface_addresses() -> list[str]:
    state = psutil.net_if_stats()
    return [
        entry.address
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if entry.family == socket.AF_INET
        and not entry.address.startswith("127.")
        and (name not in state or state[name].isup)
    ]


def _default_route_address() -> str | None:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_ANYWHERE_ELSE)
        return str(probe.getsockname()[0])
    return None
