"""Counts the billed use of AWS by functions in a World, at the boundary where a request leaves boto3."""

import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from costs.units import item_size, read_units, write_units
from moto.dynamodb.models import dynamodb_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from privileges.calls import running_function
from testkit.events import ACCOUNT, REGION
from testkit.world import World

_SENT: Final = "tot-meter"


@dataclass
class Meter:
    """Calls by function and operation, units by table, and log bytes, since the last `clear`."""

    calls: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    write_units: Counter[str] = field(default_factory=Counter)
    read_units: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    inputs: list[str] = field(default_factory=list)
    """The inputs of the workflow's executions."""
    log_bytes: int = 0

    def clear(self) -> None:
        """Set all counts to zero."""
        for counts in (self.calls, self.write_units, self.read_units, self.inputs):
            counts.clear()
        self.log_bytes = 0

    def by_operation(self) -> dict[str, int]:
        """Return the number of calls of each operation."""
        found: Counter[str] = Counter()
        for (_, operation), number in self.calls.items():
            found[operation] += number
        return dict(found)

    @contextmanager
    def logging(self) -> Iterator[None]:
        """Count the lines that functions print inside as log events."""
        with redirect_stdout(io.StringIO()) as printed:
            yield
        self.log_bytes += log_bytes(*filter(None, printed.getvalue().splitlines()))

    def install(self) -> None:
        """Observe all clients that are created from now on."""
        events: Any = boto3._get_default_session().events
        # First: the World answers some calls itself, and its answer ends the event.
        for name in ("before-call", "before-call.sfn.StartSyncExecution"):
            events.register_first(name, self._before)
        events.register("after-call.dynamodb", self._after)
        events.register("before-call.apigatewaymanagementapi", _posted)

    def _before(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if _SENT in context:
            return
        self.calls[running_function.get(), model.name] += 1
        request = context[_SENT] = json.loads(params["body"]) if _is_json(params["body"]) else {}
        if model.name == "StartSyncExecution":
            self.inputs.append(request["input"])
        elif model.service_model.service_name == "dynamodb":
            context[_SENT] = request, [(table, key, _size(table, key)) for table, key in _written(request)]

    def _after(self, model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        request, written = context[_SENT]
        for table, key, before in written:
            units = write_units(max(before, _size(table, key)), transaction="TransactItems" in request)
            self.write_units[table] += units
        if written:
            return
        table = request["TableName"]
        if "Key" in request:
            size = _size(table, request["Key"])
        elif model.name == "Scan":
            size = sum(item_size(item.to_json()["Attributes"]) for item in _table(table).all_items())
        else:
            size = sum(map(item_size, parsed.get("Items", ())))
        self.read_units[table] += read_units(size, consistent=request.get("ConsistentRead", False))


def log_bytes(*lines: str) -> int:
    """Return the billed bytes of log events: CloudWatch Logs bills the uncompressed text."""
    return sum(len(line.encode()) for line in lines)


def states_entered(world: World) -> int:
    """Return the number of states of the last execution of the workflow."""
    machine: Any = stepfunctions_parser_backends[ACCOUNT][REGION].describe_state_machine(
        world.resolver.workflow()[0]
    )
    events = machine.executions[-1].to_history_output()["events"]
    return sum(event["type"].endswith("StateEntered") for event in events)


def _is_json(body: object) -> bool:
    return isinstance(body, bytes | str) and body[:1] in {b"{", "{"}


def _written(request: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the table and key of each item that a request writes."""
    for action in request.get("TransactItems", ()):
        for one in action.values():
            yield from _written(one)
    if "Item" in request:
        names = [each["AttributeName"] for each in _table(request["TableName"]).schema]
        yield request["TableName"], {name: request["Item"][name] for name in names}
    elif "UpdateExpression" in request:
        yield request["TableName"], request["Key"]


def _table(name: str) -> Any:
    return dynamodb_backends[ACCOUNT][REGION].get_table(name)


def _size(table: str, key: dict[str, Any]) -> int:
    found = dynamodb_backends[ACCOUNT][REGION].get_item(table, key)
    return item_size(found.to_json()["Attributes"]) if found else 0


def _posted(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
    return AWSResponse("", 200, HTTPHeaders(), None), {}
