"""Speeds up moto's DynamoDB, which takes more time than anything else in the tests. Its answers stay equal.

Each patch leaves out work without a result. `tests/test_moto_speed.py` of this package compares the answers.
"""

import copy
from typing import Any, Final

import pytest
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser  # type: ignore[attr-defined]
from moto.dynamodb.parsing.validators import ActionCountValidator

_serialize_structure: Final = ResponseSerializer._serialize_type_structure


def speed_up(patch: pytest.MonkeyPatch) -> None:
    """Apply all patches until `patch` is undone."""
    patch.setattr(ActionCountValidator, "traverse", ActionCountValidator.verify_action_counts)
    patch.setattr(DepthFirstTraverser, "nodes_to_be_processed", _nodes_to_be_processed)
    patch.setattr(ResponseSerializer, "_serialize_type_structure", _serialize_present_members)
    patch.setattr(Table, "__deepcopy__", _backup, raising=False)


def _nodes_to_be_processed(self: Any) -> tuple[type, ...]:
    """Return a traverser's node types, kept; moto makes its map of bound methods for each node again."""
    kept: tuple[type, ...] | None = self.__dict__.get("node_types")
    if kept is None:
        kept = self.node_types = tuple(self._processing_map())
    return kept


def _serialize_present_members(
    self: ResponseSerializer, serialized: Any, value: Any, shape: Any, key: str
) -> None:
    """Serialize the one type that an attribute's value has; moto tries ten types by three names each."""
    if shape.name != "AttributeValue" or type(value) is not dict or not key:
        return _serialize_structure(self, serialized, value, shape, key)
    wrapper: dict[str, Any] = {}
    for name, member in value.items():
        if member is not None:
            self._serialize(wrapper, member, shape.members[name], name)
    return self._default_serialize(serialized, wrapper, shape, key)


def _backup(self: Table, memo: dict[int, Any]) -> Table:
    """Copy the parts that a transaction changes, for its rollback; moto copies schema and stream records."""
    backup = copy.copy(self)
    backup.items = copy.deepcopy(self.items, memo)
    if self.stream_shard is not None:
        backup.stream_shard = copy.copy(self.stream_shard)
        backup.stream_shard.table = backup
        backup.stream_shard.items = list(self.stream_shard.items)
    return backup
