"""The network of a client: the whole IPv4 address, or the first 64 bits of an IPv6 address.

A provider assigns a /64 to one household or phone, which can use every address in it.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network
from typing import Final, NewType

from contracts.domain_error import DomainError

Network = NewType("Network", str)
"""Canonical form, such as `198.51.100.10` or `2001:db8:1:2::/64`. It is never stored or logged."""

PREFIX_BITS: Final = 64
_PORT: Final = re.compile(r"[0-9]{1,5}")


class AddressUnknown(DomainError):
    """The edge did not send the client's address, which it always does: a configuration error."""


def network_of(client_address: str | None) -> Network:
    """Return the network of a `CloudFront-Viewer-Address`: address and port, IPv6 with brackets or without.

    Raises `AddressUnknown` without a valid header; the edge always sets it.
    """
    host, _, port = (client_address or "").strip().rpartition(":")
    if not _PORT.fullmatch(port):
        raise AddressUnknown
    try:
        return _network(host)
    except AddressValueError as error:
        raise AddressUnknown from error


def _network(host: str) -> Network:
    if ":" not in host:
        return Network(str(IPv4Address(host)))
    address = IPv6Address(host[1:-1] if host.startswith("[") and host.endswith("]") else host)
    if address.scope_id is not None:
        raise AddressValueError("an address with a zone means something on one machine only")
    if address.ipv4_mapped is not None:
        return Network(str(address.ipv4_mapped))
    return Network(str(IPv6Network((int(address), PREFIX_BITS), strict=False)))
