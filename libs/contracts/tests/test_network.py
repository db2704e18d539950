"""Networks: one canonical form for all addresses and spellings."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

import pytest
from contracts.network import AddressUnknown, network_of
from hypothesis import example, given
from hypothesis import strategies as st

ports = st.integers(0, 65_535)
prefixes = st.integers(1, 2**64 - 1)
"""Not zero: `::/64` contains the IPv4-mapped addresses."""
hosts = st.integers(0, 2**64 - 1)


def spellings(address: IPv6Address) -> list[str]:
    return [
        address.compressed,
        address.exploded,
        address.exploded.upper(),
        f"[{address.compressed}]",
        f"[{address.exploded}]",
    ]


@given(prefixes, hosts, hosts, ports, ports)
def test_all_addresses_of_one_64_are_one_network_in_every_spelling(
    prefix: int, one: int, other: int, port: int, other_port: int
) -> None:
    found = {
        network_of(f"{text}:{given_port}")
        for host, given_port in ((one, port), (other, other_port))
        for text in spellings(IPv6Address(prefix << 64 | host))
    }
    assert len(found) == 1


@given(prefixes, prefixes, hosts)
@example(1, 2, 0)
def test_two_64s_are_two_networks(one: int, other: int, host: int) -> None:
    found = {network_of(f"{IPv6Address(prefix << 64 | host)}:443") for prefix in (one, other)}
    assert len(found) == len({one, other})


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), ports)
def test_an_ipv4_address_is_a_network_of_its_own_also_when_written_as_ipv6(
    one: int, other: int, port: int
) -> None:
    address = IPv4Address(one)
    assert network_of(f"{address}:{port}") == str(address)
    assert network_of(f"::ffff:{address}:{port}") == network_of(f"[::ffff:{address}]:{port}") == str(address)
    assert (network_of(f"{IPv4Address(other)}:{port}") == str(address)) == (one == other)


@pytest.mark.parametrize(
    ("sent", "network"),
    [
        ("198.51.100.10:46532", "198.51.100.10"),
        ("2001:0db8:85a3:0012:0000:8a2e:0370:7334:46532", "2001:db8:85a3:12::/64"),
        ("2001:db8:85a3:12::1:46532", "2001:db8:85a3:12::/64"),
        ("[2001:db8:85a3:12::1]:46532", "2001:db8:85a3:12::/64"),
        ("::1:8080", "::/64"),
    ],
)
def test_address_header_of_the_edge_is_parsed(sent: str, network: str) -> None:
    assert network_of(sent) == network


@pytest.mark.covers("T25")
@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "198.51.100.10",
        "198.51.100.10:",
        "198.51.100.10:port",
        "198.51.100.10:123456",
        "198.51.100.010:80",
        "198.51.100.300:80",
        "198.51.100:80",
        "198.51.100.10:80, 203.0.113.9:81",
        "١٩٨.51.100.10:80",
        "198.51.100.10:٨٠",
        "[198.51.100.10]:80",
        "[2001:db8::1]",
        "[2001:db8::1:80",
        "2001:db8::12345:80",
        "fe80::1%eth0:80",
        "unknown:80",
    ],
)
def test_invalid_address_is_refused(sent: str | None) -> None:
    with pytest.raises(AddressUnknown):
        network_of(sent)


@given(st.text())
def test_any_text_is_parsed_or_refused(sent: str) -> None:
    with suppress(AddressUnknown):
        assert network_of(sent)
