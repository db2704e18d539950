"""Template properties that neither moto nor the emulator checks."""

import json
from typing import Any

import pytest
from realtime_service.use_cases import broadcast
from stacks import reference


def properties(template: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def statements(template: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return reference.statements(properties(template, f"{name}Role"))


def test_connections_and_tickets_expire_by_themselves(template: dict[str, Any]) -> None:
    ttl = properties(template, "WebSocketConnections")["TimeToLiveSpecification"]
    assert ttl == {"AttributeName": "expires_at", "Enabled": True}


def test_a_handshake_without_origin_or_ticket_does_not_even_reach_the_authorizer(
    template: dict[str, Any],
) -> None:
    auth = properties(template, "WebSocketApi")["Auth"]
    assert auth["AuthType"] == "CUSTOM"
    assert set(auth["IdentitySource"]) == {"route.request.header.Origin", "route.request.querystring.ticket"}


@pytest.mark.covers("T16")
def test_no_log_of_the_gateway_keeps_tickets(template: dict[str, Any]) -> None:
    api = properties(template, "WebSocketApi")
    assert "AccessLogSettings" not in api
    assert api["DefaultRouteSettings"]["DataTraceEnabled"] is False
    assert "LoggingLevel" not in api["DefaultRouteSettings"]


@pytest.mark.covers("T15", "R34")
def test_a_client_can_send_a_ping_and_nothing_else(template: dict[str, Any]) -> None:
    assert set(properties(template, "WebSocketApi")["Routes"]) == {
        "$connect",
        "$disconnect",
        "$default",
        "ping",
    }


def test_stream_handler_receives_only_snapshots_without_a_retry_limit(
    template: dict[str, Any],
) -> None:
    mapping = properties(template, "ResultsStreamHandlerFunction")["Events"]["Tallies"]["Properties"]
    (given,) = mapping["FilterCriteria"]["Filters"]
    event = {"M": {"type": {"S": ["tally_changed"]}}}
    assert json.loads(given["Pattern"]) == {"dynamodb": {"NewImage": {"event": event}}}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "MaximumRetryAttempts" not in mapping
    assert "ParallelizationFactor" not in mapping


@pytest.mark.parametrize("name", ["ResultsStreamHandler", "BroadcastQueueHandler"])
def test_a_broadcast_ends_before_its_function_does(template: dict[str, Any], name: str) -> None:
    timeout = properties(template, f"{name}Function")["Timeout"]
    assert timeout > broadcast.ALL_POSTS_SECONDS + broadcast.RESERVE_SECONDS


def test_queue_delivers_an_order_again_as_soon_as_its_function_must_have_ended(
    template: dict[str, Any],
) -> None:
    """Until then a page that missed the last change waits for its ping; sooner, two functions would post."""
    timeout = properties(template, "BroadcastQueueHandlerFunction")["Timeout"]
    assert timeout < properties(template, "BroadcastQueue")["VisibilityTimeout"] <= timeout + 5


@pytest.mark.parametrize("name", ["Ping", "RejectMessage", "ResultsStreamHandler", "BroadcastQueueHandler"])
def test_posting_functions_may_only_post_to_sockets(template: dict[str, Any], name: str) -> None:
    (given,) = [one for one in statements(template, name) if "execute-api" in str(one["Action"])]
    assert given["Action"] == "execute-api:ManageConnections"
    assert given["Resource"]["Fn::Sub"].endswith(":${WebSocketApi}/ws/POST/@connections/*")


@pytest.mark.parametrize(
    "name", ["AuthorizeConnection", "Connect", "Disconnect", "IssueTicket", "IssueAdminTicket"]
)
def test_other_functions_may_not_post_to_sockets(template: dict[str, Any], name: str) -> None:
    assert not [one for one in statements(template, name) if "execute-api" in str(one["Action"])]
