"""The partition keys in a DynamoDB request: the values of the condition key `dynamodb:LeadingKeys`."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

type HashKey = Callable[[str], str | None]
"""Returns the name of a table's partition key."""

_TRANSACTION: Final = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "Get": "dynamodb:GetItem",
}


class LeadingKeys:
    """The partition keys of one request, by table, and within a transaction also by action."""

    def __init__(self, body: bytes, hash_key: HashKey) -> None:
        self._found: dict[tuple[str, str], list[str]] = defaultdict(list)
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            return
        for action, table, item in _items(request if isinstance(request, dict) else {}):
            name = hash_key(table.rpartition("/")[2])
            if name is not None and name in item:
                (value,) = item[name].values()
                self._found[action, table.rpartition("/")[2]].append(str(value))

    def of(self, action: str, table_arn: str) -> list[str]:
        """Return the keys of the items to which an action on a table applies."""
        table = table_arn.partition("/")[2].partition("/")[0]
        return self._found.get((action, table)) or self._found.get(("", table), [])


def _items(request: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield action (empty outside of transactions), table, and key or item."""
    if "TableName" in request:
        yield "", request["TableName"], request.get("Key") or request.get("Item") or {}
    for part in request.get("TransactItems", []):
        for member, action in _TRANSACTION.items():
            if member in part:
                yield action, part[member]["TableName"], part[member].get("Key") or part[member]["Item"]
    for table, wanted in request.get("RequestItems", {}).items():
        if isinstance(wanted, dict):
            yield from (("", table, key) for key in wanted["Keys"])
        else:
            for write in wanted:
                (body,) = write.values()
                yield "", table, body.get("Key") or body.get("Item")
