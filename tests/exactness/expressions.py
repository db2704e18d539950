"""The part of DynamoDB's expression language that the adapters use, compiled once per text.

Any other expression raises an error.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

type Value = dict[str, Any]
type Item = dict[str, Value]
type Values = Mapping[str, Value]
type Condition = Callable[[Item, Values], bool]
type Change = Callable[[Item, Item, Values], None]
type Operand = Callable[[Item, Values], Value | None]

_TOKEN: Final = re.compile(r"\s*([:#]?\w+|<=|>=|<>|[=<>(),+-])")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class NotUnderstood(ValueError):
    """The expression is outside the emulated part of the language."""


@cache
def condition(text: str) -> Condition:
    """Compile a condition or key condition."""
    tokens = _Tokens(text)
    compiled = _any_of(tokens)
    tokens.end()
    return compiled


@cache
def update(text: str) -> Change:
    """Compile an update expression: it reads the old item and writes the new one."""
    tokens, changes = _Tokens(text), list[Change]()
    while tokens.ahead is not None:
        clause = {"SET": _set, "ADD": _add, "REMOVE": _remove}.get(tokens.take())
        if clause is None:
            raise NotUnderstood(text)
        changes.append(clause(tokens))
        while tokens.ahead == ",":
            tokens.take()
            changes.append(clause(tokens))

    def apply(old: Item, new: Item, values: Values) -> None:
        for change in changes:
            change(old, new, values)

    return apply


class _Tokens:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _TOKEN.findall(text)
        if "".join(self._tokens) != re.sub(r"\s", "", text):
            raise NotUnderstood(text)
        self._next = 0

    @property
    def ahead(self) -> str | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def take(self, wanted: str | None = None) -> str:
        token = self.ahead
        if token is None or (wanted is not None and token != wanted):
            raise NotUnderstood(self._text)
        self._next += 1
        return token

    def end(self) -> None:
        if self.ahead is not None:
            raise NotUnderstood(self._text)


def _any_of(tokens: _Tokens) -> Condition:
    found = [_all_of(tokens)]
    while tokens.ahead == "OR":
        tokens.take()
        found.append(_all_of(tokens))
    return found[0] if len(found) == 1 else lambda item, values: any(one(item, values) for one in found)


def _all_of(tokens: _Tokens) -> Condition:
    found = [_single(tokens)]
    while tokens.ahead == "AND":
        tokens.take()
        found.append(_single(tokens))
    return found[0] if len(found) == 1 else lambda item, values: all(one(item, values) for one in found)


def _single(tokens: _Tokens) -> Condition:
    if tokens.ahead == "(":
        tokens.take()
        inner = _any_of(tokens)
        tokens.take(")")
        return inner
    if tokens.ahead in {"attribute_exists", "attribute_not_exists"}:
        wanted = tokens.take() == "attribute_exists"
        tokens.take("(")
        name = tokens.take()
        tokens.take(")")
        return lambda item, _values: (name in item) is wanted
    if tokens.ahead == "begins_with":
        tokens.take()
        tokens.take("(")
        name, _comma, prefix = tokens.take(), tokens.take(","), tokens.take()
        tokens.take(")")
        return lambda item, values: name in item and item[name]["S"].startswith(values[prefix]["S"])
    left, sign, right = _operand(tokens), tokens.take(), _operand(tokens)
    if sign not in _COMPARISONS:
        raise NotUnderstood(sign)
    return lambda item, values: _compare(sign, left(item, values), right(item, values))


def _compare(sign: str, left: Value | None, right: Value | None) -> bool:
    if left is None or right is None or left.keys() != right.keys():
        # An absent attribute, or one of another type, is unequal to everything and comparable to nothing.
        return sign == "<>"
    ((kind, first),), ((_, second),) = left.items(), right.items()
    if kind == "N":
        first, second = int(first), int(second)
    return _COMPARISONS[sign](first, second)


def _operand(tokens: _Tokens) -> Operand:
    name = tokens.take()
    if name == "if_not_exists":
        tokens.take("(")
        attribute = tokens.take()
        tokens.take(",")
        otherwise = _operand(tokens)
        tokens.take(")")
        return lambda item, values: item.get(attribute) or otherwise(item, values)
    if name.startswith(":"):
        return lambda _item, values: values[name]
    if name.startswith("#"):
        raise NotUnderstood(name)
    return lambda item, _values: item.get(name)


def _set(tokens: _Tokens) -> Change:
    name, _equals, operand = tokens.take(), tokens.take("="), _operand(tokens)

    def change(old: Item, new: Item, values: Values) -> None:
        value = operand(old, values)
        if value is None:
            raise NotUnderstood(f"SET {name} to an attribute that is not there")
        new[name] = value

    return change


def _add(tokens: _Tokens) -> Change:
    name, amount = tokens.take(), tokens.take()

    def change(old: Item, new: Item, values: Values) -> None:
        new[name] = {"N": str(int(old.get(name, {"N": "0"})["N"]) + int(values[amount]["N"]))}

    return change


def _remove(tokens: _Tokens) -> Change:
    name = tokens.take()

    def change(_old: Item, new: Item, _values: Values) -> None:
        new.pop(name, None)

    return change
