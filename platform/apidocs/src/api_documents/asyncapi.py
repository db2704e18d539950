"""The AsyncAPI document: the WebSocket's messages, and the events on the tables' streams."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from contracts import events, tally
from contracts.catalogue import FROZEN, schema_of
from contracts.model import Contract
from contracts.realtime import Ping
from contracts.stack_exports import Export
from pydantic import TypeAdapter
from stacks.catalogue import Stack, slug_of
from stacks.reference import import_name, target
from template_lint.rules.event_source_mappings import stream_mappings

type Json = dict[str, Any]

ABOUT: Final = """\
Generated from the contracts and the templates by `./dev openapi`; manual changes are overwritten.

A page opens the WebSocket with a ticket, sends `ping` at once and at intervals, and receives messages.
Messages of a poll carry a `version`: ignore a message with a lower version than the last one received.

A table's stream is a public interface: an item for other services carries one attribute `event`, the flat
dump of one of the messages below. All other attributes of the item are private."""

# The public stream of each table, and the type adapter of its events.
STREAMS: Final[dict[Export, tuple[str, TypeAdapter[Any]]]] = {
    Export.POLLS_STREAM_ARN: ("Polls", events.POLL_EVENTS),
    Export.VOTES_LOG_STREAM_ARN: ("VotesLog", events.VOTE_EVENTS),
    Export.GAME_RESULTS_STREAM_ARN: ("GameResults", tally.TALLY_EVENTS),
}


def asyncapi(version: str, stacks: Iterable[Stack]) -> Json:
    """Return the document."""
    channels: Json = {"socket": _socket()}
    operations = dict(_socket_operations())
    for export, (table, reader) in STREAMS.items():
        channels[table] = _channel(f"The stream of {export.owner.value}'s table {table}.", _carried(reader))
        operations |= _stream_operations(export, table, stacks)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "This or That", "version": version, "description": ABOUT},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": {name: _message(name) for name in _all_names(channels)}},
    }


def _socket() -> Json:
    channel = _channel("The WebSocket of the site.", [*_messages(), _name_of(Ping)])
    query = {"type": "object", "properties": {"ticket": {"type": "string"}}, "required": ["ticket"]}
    return {"address": "/ws", **channel, "bindings": {"ws": {"method": "GET", "query": query}}}


def _socket_operations() -> Iterator[tuple[str, Json]]:
    for name, action, messages, summary in (
        (
            "sendMessages",
            "send",
            _messages(),
            "Sends messages to every open page, within the permissions of its ticket.",
        ),
        (
            "receivePing",
            "receive",
            [_name_of(Ping)],
            "Receives the only message that a page may send; any other is rejected.",
        ),
    ):
        yield name, _operation(action, "socket", messages, summary)


def _stream_operations(export: Export, table: str, stacks: Iterable[Stack]) -> Json:
    names = _carried(STREAMS[export][1])
    operations = {
        f"write{table}": _operation("send", table, names, f"Written by {export.owner.value}."),
    }
    for stack in stacks:
        for mapping in stream_mappings(stack).values():
            if import_name(mapping["EventSourceArn"]) == export.output:
                slug = slug_of(target(mapping["FunctionName"]) or "")
                operations[slug] = _operation("receive", table, names, f"Read by {stack.name}.")
    return operations


def _channel(description: str, names: Iterable[str]) -> Json:
    messages = {name: {"$ref": f"#/components/messages/{name}"} for name in names}
    return {"address": None, "description": description, "messages": messages}


def _operation(action: str, channel: str, names: Iterable[str], summary: str) -> Json:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names],
    }


def _message(name: str) -> Json:
    model = FROZEN[name]
    return {
        "name": name,
        "summary": " ".join((model.__doc__ or "").split()),
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": schema_of(model),
        },
    }


def _messages() -> list[str]:
    return [name for name in FROZEN if name.startswith("message_")]


def _carried(reader: TypeAdapter[Any]) -> list[str]:
    """Return the frozen names of the messages that a type adapter reads."""
    schema = reader.json_schema()
    titles = {one["title"] for one in schema.get("$defs", {}).values()} | {schema.get("title")}
    return [
        name for name, model in FROZEN.items() if model.__name__ in titles and issubclass(model, Contract)
    ]


def _name_of(model: type[Contract]) -> str:
    return next(name for name, frozen in FROZEN.items() if frozen is model)


def _all_names(channels: Json) -> list[str]:
    return [name for channel in channels.values() for name in channel["messages"]]
