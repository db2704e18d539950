"""Privacy: retention of logs and items, and no log with addresses, cookies or tickets."""

import re
from collections.abc import Iterator
from typing import Any, Final

from stacks.catalogue import Stack
from stacks.reference import target
from stacks.template import Json

from template_lint.findings import Fault

STAGE: Final = "AWS::ApiGatewayV2::Stage"
MAX_DAYS: Final = 90
# The allowed fields of an access log: request id, route, status and times. No client data, no path and no
# query, which contain ids, codes and tickets. This list may only shrink.
ALLOWED_LOG_FIELDS: Final = frozenset({
    "requestId", "requestTime", "apiId", "routeKey", "status", "responseLatency", "integrationLatency",
    "responseLength", "error.message", "integrationErrorMessage",
})  # fmt: skip
# Tables with expiring items, and the TTL attribute.
EXPIRING: Final = {
    "WebSocketConnections": "expires_at",
    "VotingStateTable": "expires_at",
    "AuditLogTable": "expires_at",
    "MembersTable": "expires_at",
}
# Other request logs: each would contain addresses, and most also cookies and queries.
REQUEST_LOG_TYPES: Final = frozenset({
    "AWS::CloudFront::RealtimeLogConfig", "AWS::Logs::DeliverySource", "AWS::WAFv2::LoggingConfiguration",
    "AWS::EC2::FlowLog",
})  # fmt: skip
_VARIABLE: Final = re.compile(r"\$(\w+)(?:\.([\w.]+))?")


def log_group_requires_retention(stack: Stack) -> Iterator[Fault]:
    """Require a retention of at most 90 days for every log group, by the stack's parameter or a number."""
    for name, group in stack.properties("AWS::Logs::LogGroup").items():
        days = _days(stack, group.get("RetentionInDays"))
        if days is None:
            yield name, "keeps logs forever"
        elif not 0 < days <= MAX_DAYS:
            yield name, f"keeps logs for {days} days by default, more than {MAX_DAYS}"


def access_log_forbids_personal_data(stack: Stack) -> Iterator[Fault]:
    """Allow only listed fields; with the time of a vote, others could identify a voter."""
    for name, stage in stack.properties(STAGE).items():
        text = stage.get("AccessLogSettings", {}).get("Format", "")
        for source, variable in _VARIABLE.findall(text):
            if source != "context" or variable not in ALLOWED_LOG_FIELDS:
                yield name, f"its access log contains ${source}.{variable}"


def resource_forbids_request_logging(stack: Stack) -> Iterator[Fault]:
    """Forbid logs of the distribution, firewall, bucket and WebSocket: they contain addresses and tickets."""
    for name, resource in stack.plain["Resources"].items():
        properties = resource.get("Properties", {})
        if (
            resource["Type"] in REQUEST_LOG_TYPES
            or properties.get("DistributionConfig", {}).get("Logging")
            or (resource["Type"] == "AWS::S3::Bucket" and properties.get("LoggingConfiguration"))
        ):
            yield name, "logs every request with its address"
    apis = stack.properties("AWS::ApiGatewayV2::Api")
    for name, stage in stack.properties(STAGE).items():
        if apis.get(target(stage.get("ApiId")) or "", {}).get("ProtocolType") == "HTTP":
            continue
        if stage.get("AccessLogSettings") or _traces(stage.get("DefaultRouteSettings", {})):
            yield name, "logs handshakes, which contain tickets"


def table_requires_declared_expiry(stack: Stack) -> Iterator[Fault]:
    """Require a TTL for short-lived tables only: votes, polls and results never expire."""
    for name, table in stack.properties("AWS::DynamoDB::Table").items():
        setting = table.get("TimeToLiveSpecification", {})
        attribute = setting.get("AttributeName") if setting.get("Enabled") else None
        if attribute != EXPIRING.get(name):
            wanted = f"by {EXPIRING[name]}" if name in EXPIRING else "never"
            yield (
                name,
                f"its items expire {f'by {attribute}' if attribute else 'never'}, and should expire {wanted}",
            )


def _days(stack: Stack, value: Any) -> int | None:  # noqa: ANN401 (a template's value has any shape)
    parameter: Json = stack.plain.get("Parameters", {}).get(target(value) or "", {})
    days = parameter.get("Default", value)
    return int(days) if isinstance(days, int | str) and str(days).isdecimal() else None


def _traces(settings: Json) -> bool:
    return bool(settings.get("DataTraceEnabled")) or settings.get("LoggingLevel", "OFF") != "OFF"


RULES = (
    log_group_requires_retention,
    access_log_forbids_personal_data,
    resource_forbids_request_logging,
    table_requires_declared_expiry,
)
