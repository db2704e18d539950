"""Counted use of AWS: quantities that AWS bills. Their names are those of the price table."""

from dataclasses import dataclass, fields, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Quantities of billed units, as counted; `*` and `+` scale and add them."""

    http_requests: float = 0
    websocket_messages: float = 0
    connection_minutes: float = 0
    lambda_requests: float = 0
    lambda_gb_seconds: float = 0
    provisioned_gb_seconds: float = 0
    express_executions: float = 0
    express_gb_seconds: float = 0
    standard_transitions: float = 0
    write_units: float = 0
    read_units: float = 0
    log_bytes: float = 0
    cdn_requests: float = 0
    cdn_bytes: float = 0
    cdn_functions: float = 0
    firewall_requests: float = 0
    firewall_acls: float = 0
    firewall_rules: float = 0

    def __add__(self, other: Self) -> Self:
        sums = {each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        return replace(self, **sums)

    def __mul__(self, factor: float) -> Self:
        return replace(self, **{each.name: getattr(self, each.name) * factor for each in fields(self)})

    def items(self) -> dict[str, float]:
        """Return the quantities that are not zero, by name."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}
