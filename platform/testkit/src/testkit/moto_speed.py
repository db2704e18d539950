"""Speeds up calls of moto, which take more time than anything else in the tests. Its answers stay equal.

Each patch leaves out work without a result. `tests/test_moto_speed.py` of this package compares the answers.
"""

import copy
import functools
from typing import Any, Final

import pytest
from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from moto import backend_index
from moto.core import responses
from moto.core.serialize import ResponseSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, LeafNode, Node  # type: ignore[attr-defined]
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator

_sign: Final = RequestSigner.handler
_serialize_structure: Final = ResponseSerializer._serialize_type_structure
_roles: Final[dict[tuple[type, type], tuple[bool, bool]]] = {}


def speed_up(patch: pytest.MonkeyPatch) -> None:
    """Apply all patches until `patch` is undone."""
    dynamodb_first = sorted(backend_index.backend_url_patterns, key=lambda pattern: pattern[0] != "dynamodb")
    patch.setattr(backend_index, "backend_url_patterns", dynamodb_first)
    # These two search the whole expression, and moto calls them again for each of its parts.
    patch.setattr(ActionCountValidator, "traverse", ActionCountValidator.verify_action_counts)
    patch.setattr(
        OverlappingPathsValidator, "traverse", OverlappingPathsValidator.check_for_overlapping_paths
    )
    patch.setattr(DepthFirstTraverser, "traverse_node_recursively", _traverse)
    patch.setattr(Node, "__deepcopy__", _copy_expression, raising=False)
    patch.setattr(UpdateExpressionParser, "make", functools.lru_cache(UpdateExpressionParser.make))
    patch.setattr(responses, "method_names_from_class", functools.cache(method_names_from_class))
    patch.setattr(UserAgentString, "to_string", functools.cache(UserAgentString.to_string))
    patch.setattr(RequestSigner, "handler", _name_the_region)
    patch.setattr(ResponseSerializer, "_serialize_type_structure", _serialize_present_members)
    patch.setattr(Table, "__deepcopy__", _backup, raising=False)


def _traverse(self: Any, node: Any, child_id: int = -1) -> Any:
    """Process the nodes of an expression; moto checks each node against abstract classes, again and again."""
    kind: Any = type(node)
    has_parts, processed = _role(self, kind)
    if has_parts:
        for number, child in enumerate(node.children or ()):
            self.pre_processing_of_child(node, number)
            self.traverse_node_recursively(child, number)
    if processed:
        parent = node.parent
        node = self.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


def _role(traverser: Any, kind: type) -> tuple[bool, bool]:
    """Return whether values of a type have nodes as parts, and whether the traverser processes them."""
    key = (type(traverser), kind)
    if (role := _roles.get(key)) is None:
        has_parts = issubclass(kind, Node) and not issubclass(kind, LeafNode)
        role = _roles[key] = (has_parts, issubclass(kind, traverser.nodes_to_be_processed()))
    return role


def _copy_expression(self: Node, _memo: dict[int, Any], parent: Node | None = None) -> Node:
    """Copy the nodes of an expression; `copy.deepcopy` reconstructs each of them from its state."""
    duplicate = object.__new__(type(self))
    duplicate.__dict__.update(self.__dict__, parent=parent)
    if self.children is not None:
        duplicate.children = [
            _copy_expression(child, _memo, duplicate) if isinstance(child, Node) else child
            for child in self.children
        ]
    return duplicate


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
