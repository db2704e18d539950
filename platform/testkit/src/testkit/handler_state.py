"""Resets the state that a handler's objects keep between invocations, such as sampled counts."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class HandlerState:
    """The mutable containers of a handler module's objects, each with its initial content."""

    containers: tuple[tuple[Any, Any], ...]

    @classmethod
    def of(cls, module: ModuleType) -> "HandlerState":
        """Find the containers recursively, in objects of the module's own package."""
        package = module.__name__.split(".")[0]
        found = {id(each): each for each in _containers(vars(module).values(), package, set())}
        return cls(tuple((each, copy(each)) for each in found.values()))

    def put_back(self) -> None:
        """Restore the content that each container had after the import."""
        for container, content in self.containers:
            container.clear()
            if isinstance(container, list):
                container.extend(content)
            else:
                container.update(content)


def _containers(values: Any, package: str, seen: set[int]) -> Iterator[Any]:
    for value in values:
        if id(value) in seen or isinstance(value, type) or not type(value).__module__.startswith(package):
            continue
        seen.add(id(value))
        parts = [getattr(value, name, None) for name in (*getattr(value, "__dict__", {}), *_slots(value))]
        yield from (part for part in parts if isinstance(part, dict | list | set))
        yield from _containers(parts, package, seen)


def _slots(value: object) -> Iterator[str]:
    for kind in type(value).__mro__:
        slots = getattr(kind, "__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots
