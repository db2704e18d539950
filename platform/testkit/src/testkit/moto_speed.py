"""Speeds up calls of moto, which take more time than anything else in the tests. Its answers stay equal.

Each patch leaves out work without a result. `tests/test_moto_speed.py` of this package compares the answers.
"""

import copy
import functools
from collections.abc import Hashable
from typing import Any, Final

import pytest
from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from moto.core import responses
from moto.core.serialize import ResponseSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node  # type: ignore[attr-defined]
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.parsing.validators import ActionCountValidator

_sign: Final = RequestSigner.handler
_serialize_structure: Final = ResponseSerializer._serialize_type_structure


def speed_up(patch: pytest.MonkeyPatch) -> None:
    """Apply all patches until `patch` is undone."""
    patch.setattr(ActionCountValidator, "traverse", ActionCountValidator.verify_action_counts)
    patch.setattr(DepthFirstTraverser, "traverse_node_recursively", _traverse)
    patch.setattr(UpdateExpressionParser, "make", functools.lru_cache(UpdateExpressionParser.make))
    patch.setattr(responses, "method_names_from_class", functools.cache(method_names_from_class))
    patch.setattr(UserAgentString, "to_string", functools.cache(UserAgentString.to_string))
    patch.setattr(RequestSigner, "handler", _name_the_region)
    patch.setattr(ResponseSerializer, "_serialize_type_structure", _serialize_present_members)
    patch.setattr(Table, "__deepcopy__", _backup, raising=False)


def _traverse(self: Any, node: Any, child_id: int = -1) -> Any:
    """Process the nodes of an expression; moto checks each node against abstract classes, again and again."""
    kind: Any = type(node)
    if not _is_a(kind, (Node,)):
        return node
    parent = node.parent
    for number, child in enumerate(node.children or ()):
        self.pre_processing_of_child(node, number)
        self.traverse_node_recursively(child, number)
    if _is_a(kind, _processed_types(self)):
        node = self.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


@functools.cache
def _is_a(kind: Hashable, among: tuple[Any, ...]) -> bool:
    return isinstance(kind, type) and issubclass(kind, among)


def _processed_types(traverser: Any) -> tuple[type, ...]:
    """Return the node types of a traverser; moto makes its map of bound methods for each node again."""
    kept: tuple[type, ...] | None = traverser.__dict__.get("processed_types")
    if kept is None:
        kept = traverser.processed_types = traverser.nodes_to_be_processed()
    return kept


def _name_the_region(self: RequestSigner, operation_name: str, request: Any, **more: Any) -> None:
    """Send only the region of a signature, which moto reads; signing takes a quarter of a call's time.

    Signing also marks the encoding of an S3 object's body, so requests to S3 are signed.
    """
    if self.signing_name == "s3":
        _sign(self, operation_name, request, **more)
        return
    scope = f"testing/20260101/{self.region_name}/{self.signing_name}/aws4_request"
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


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
