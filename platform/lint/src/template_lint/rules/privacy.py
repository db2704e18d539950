"""What is kept has an end, and no log is written that would hold an address, a cookie or a ticket."""

import re
from collections.abc import Iterator
from typing import Any, Final

from template_lint.findings import Fault
from template_lint.reference import target
from template_lint.stack import Json, Stack

STAGE: Final = "AWS::ApiGatewayV2::Stage"
MAX_DAYS: Final = 90
# All that an access log may say: what was asked of which route and how it went. Not who asked, nor the path
# or the query, in which ids, codes and tickets stand. This list only shrinks.
LOGGED: Final = frozenset({
    "requestId", "requestTime", "apiId", "routeKey", "status", "responseLatency", "integrationLatency",
    "responseLength", "error.message", "integrationErrorMessage",
})  # fmt: skip
# Tables whose items go by themselves, and by which attribute.
EXPIRING: Final = {
    "WebSocketConnections": "expires_at",
    "VotingStateTable": "expires_at",
    "AuditLogTable": "expires_at",
    "MembersTable": "expires_at",
}
# Other ways to write down requests: each would hold addresses, most of them cookies and queries too.
LOGS_OF_REQUESTS: Final = frozenset({
    "AWS::CloudFront::RealtimeLogConfig", "AWS::Logs::DeliverySource", "AWS::WAFv2::LoggingConfiguration",
    "AWS::EC2::FlowLog",
})  # fmt: skip
_VARIABLE: Final = re.compile(r"\$(\w+)(?:\.([\w.]+))?")


def each_log_group_ends(stack: Stack) -> Iterator[Fault]:
    """Every log group has a retention, by the stack's parameter or a number, of at most 90 days."""
    for name, group in stack.properties("AWS::Logs::LogGroup").items():
        days = _days(stack, group.get("RetentionInDays"))
        if days is None:
            yield name, "keeps logs for ever"
        elif not 0 < days <= MAX_DAYS:
            yield name, f"keeps logs for {days} days, more than {MAX_DAYS} unless somebody asks for it"


def each_access_log_names_nobody(stack: Stack) -> Iterator[Fault]:
    """Only what is on the list: with the time of a vote, anything else may name a voter or hold a ticket."""
    for name, stage in stack.properties(STAGE).items():
        text = stage.get("AccessLogSettings", {}).get("Format", "")
        for source, variable in _VARIABLE.findall(text):
            if source != "context" or variable not in LOGGED:
                yield name, f"its access log says ${source}.{variable}"


def nothing_else_logs_requests(stack: Stack) -> Iterator[Fault]:
    """No log of the distribution, the firewall, the bucket or a socket: they hold addresses and tickets."""
    for name, resource in stack.plain["Resources"].items():
        properties = resource.get("Properties", {})
        if (
            resource["Type"] in LOGS_OF_REQUESTS
            or properties.get("DistributionConfig", {}).get("Logging")
            or (resource["Type"] == "AWS::S3::Bucket" and properties.get("LoggingConfiguration"))
        ):
            yield name, "writes down every request, with its address"
    apis = stack.properties("AWS::ApiGatewayV2::Api")
    for name, stage in stack.properties(STAGE).items():
        if apis.get(target(stage.get("ApiId")) or "", {}).get("ProtocolType") == "HTTP":
            continue
        if stage.get("AccessLogSettings") or _traces(stage.get("DefaultRouteSettings", {})):
            yield name, "logs handshakes, and with them tickets"


def only_what_may_be_forgotten_expires(stack: Stack) -> Iterator[Fault]:
    """Votes, polls and results never expire; connections, tickets, counters and audit events always do."""
    for name, table in stack.properties("AWS::DynamoDB::Table").items():
        setting = table.get("TimeToLiveSpecification", {})
        attribute = setting.get("AttributeName") if setting.get("Enabled") else None
        if attribute != EXPIRING.get(name):
            wanted = f"by {EXPIRING[name]}" if name in EXPIRING else "not at all"
            yield name, f"its items go {f'by {attribute}' if attribute else 'never'}, and should {wanted}"


def _days(stack: Stack, value: Any) -> int | None:  # noqa: ANN401 (a template's value has any shape)
    parameter: Json = stack.plain.get("Parameters", {}).get(target(value) or "", {})
    days = parameter.get("Default", value)
    return int(days) if isinstance(days, int | str) and str(days).isdecimal() else None


def _traces(settings: Json) -> bool:
    return bool(settings.get("DataTraceEnabled")) or settings.get("LoggingLevel", "OFF") != "OFF"


RULES = (
    each_log_group_ends,
    each_access_log_names_nobody,
    nothing_else_logs_requests,
    only_what_may_be_forgotten_expires,
)
