"""Firewall limits count each costly request however its path is spelled; functions accept one spelling."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from chassis.resolver import HttpApi, is_plain
from contracts.ids import new_poll_id
from devkit.checkout import ROOT
from stacks.catalogue import load_stacks
from stacks.template import Json, read_template
from testkit.routes import http_routes

SPELLINGS: Final = json.loads((Path(__file__).parents[1] / "corpus/path-spellings.json").read_text())
EDGE: Final[Json] = read_template(ROOT / "platform/edge/template.yaml")
RULES: Final[list[Json]] = EDGE["Resources"]["WebAcl"]["Properties"]["Rules"]
AS_ROUTED: Final = ["URL_DECODE", "NORMALIZE_PATH"]


def matches(value: Any, *, excepted: bool = False) -> Iterator[tuple[Json, bool]]:
    """Yield each string comparison, and whether it is an exception."""
    match value:
        case dict():
            for name, part in value.items():
                if name in {"ByteMatchStatement", "RegexMatchStatement"}:
                    yield part, excepted
                yield from matches(part, excepted=excepted or name == "NotStatement")
        case list():
            for part in value:
                yield from matches(part, excepted=excepted)


def faults(rules: list[Json]) -> list[str]:
    found = []
    for rule in rules:
        for comparison, excepted in matches(rule):
            kinds = [
                each["Type"]
                for each in sorted(comparison["TextTransformations"], key=lambda each: each["Priority"])
            ]
            if kinds != (["NONE"] if excepted else AS_ROUTED):
                found.append(f"{rule['Name']}: {comparison} by {kinds}")
    return found


def limited(path: str, rules: list[Json]) -> bool:
    """Return whether a rate limit of its own counts the plain path."""
    for rule in rules:
        limit = rule["Statement"].get("RateBasedStatement", {})
        for comparison, _ in matches(limit.get("ScopeDownStatement", {})):
            text = comparison["SearchString"]
            if path == text or (
                comparison["PositionalConstraint"] == "STARTS_WITH" and path.startswith(text)
            ):
                return True
    return False


def costly() -> list[str]:
    """Return the public routes that no cache answers: those that are not GET, HEAD or OPTIONS."""
    found = []
    for stack in load_stacks():
        for route in stack.properties("AWS::ApiGatewayV2::Route").values():
            method, _, path = route["RouteKey"].partition(" ")
            public = route.get("AuthorizationType") == "NONE"
            if public and path.startswith("/") and method not in {"GET", "HEAD", "OPTIONS"}:
                found.append(path)
    return found


@pytest.mark.covers("T10")
def test_path_rules_match_routed_paths_and_exceptions_match_raw_paths() -> None:
    assert len(list(matches(RULES))) > 3
    assert faults(RULES) == []


def test_common_rules_exclude_exactly_the_routes_with_poll_texts_and_images() -> None:
    """The common rules block bodies with markup, or over 8 KB: an organiser would get 403 for a poll."""
    [rule] = [rule for rule in RULES if rule["Name"] == "common"]
    [(excluded, _)] = matches(rule)
    excused = {
        f"{route.method} {route.path}"
        for route in http_routes()
        if route.method in {"POST", "PUT", "PATCH"}
        and re.fullmatch(excluded["RegexString"], route.path.replace("{poll_id}", new_poll_id()))
    }
    assert excused == {"POST /admin/api/images", "POST /admin/api/polls", "PATCH /admin/api/polls/{poll_id}"}


@pytest.mark.parametrize("kinds", [["NONE"], ["URL_DECODE"], ["NORMALIZE_PATH", "URL_DECODE"], []])
def test_other_text_transformations_are_reported(kinds: list[str]) -> None:
    rules = copy.deepcopy(RULES)
    comparison, _ = next(matches(rules))
    comparison["TextTransformations"] = [{"Priority": at, "Type": kind} for at, kind in enumerate(kinds)]
    assert faults(rules)


def test_every_uncached_public_route_has_its_own_rate_limit() -> None:
    assert {"/vote", "/voter-token", "/voter-token/challenge", "/live/ticket"} <= set(costly())
    assert [path for path in costly() if not limited(path.replace("{poll_id}", "x"), RULES)] == []


def test_a_general_rate_limit_covers_all_requests() -> None:
    limits = [rule["Statement"].get("RateBasedStatement") for rule in RULES]
    assert any(limit and "ScopeDownStatement" not in limit for limit in limits)


def test_rule_priorities_are_unique() -> None:
    assert len({rule["Priority"] for rule in RULES}) == len(RULES)


@pytest.mark.covers("T10")
@pytest.mark.parametrize("case", SPELLINGS, ids=lambda case: case["why"])
def test_unusual_spelling_of_a_path_reaches_no_function(case: dict[str, str]) -> None:
    app, called = HttpApi(), list[str]()

    def answer(**path: str) -> dict[str, str]:
        called.append(str(path))
        return path

    for route in ("/vote", "/<one>", "/<one>/<two>"):
        app.get(route)(answer)
    event = {
        "version": "2.0", "rawPath": case["path"], "headers": {}, "queryStringParameters": {},
        "requestContext": {"http": {"method": "GET", "path": case["path"]}, "stage": "$default"},
    }  # fmt: skip
    assert app.resolve(event, SimpleNamespace())["statusCode"] == 404
    assert called == []


def test_every_route_has_a_plain_spelling() -> None:
    paths = [
        route["RouteKey"].partition(" ")[2]
        for stack in load_stacks()
        for route in stack.properties("AWS::ApiGatewayV2::Route").values()
    ]
    assert [path for path in paths if not is_plain(path)] == []
