"""References in the documentation: links, files, tests, commands and AWS calls must exist.

Each rule is one function of a page's text and one test over all pages; `PLANTED` breaks each of them.
"""

import json
import re
import subprocess
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final

import botocore.session
import pytest
import typer.main
from botocore import xform_name
from checks.evidence import known_tests
from cli.dev import app
from stacks.catalogue import Stack, load_stacks
from testkit.rules import offenders

ROOT: Final = Path(__file__).parents[2]
TRACKED: Final = frozenset(
    subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
)
PAGES: Final = sorted(path for path in TRACKED if path.endswith(".md"))
DOCS: Final = [page for page in PAGES if page.startswith("docs/")]
LINK: Final = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)|src=\"([^\"]+)\"")
TEST: Final = re.compile(r"`([\w./-]+\.py(?:::\w+)+)`")
COMMAND: Final = re.compile(r"\./dev ([a-z]+)")
CALL: Final = re.compile(r"aws ([a-z0-9]+)\s+([a-z]+(?:-[a-z]+)+)")
RESOURCE: Final = re.compile(r"tot-\{env\}-([a-z]+(?:-[a-z]+)*)")
NAMED: Final = re.compile(r"`((?:[\w.-]+/)*test_\w+\.py|(?:libs|platform|services|tests|docs)/[\w./-]+)`")
PART: Final = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w.-]+\.(?:py|js|html|yaml|toml|json|ts))`")


def exists(name: str) -> bool:
    if "/" not in name:
        return any(path.endswith(f"/{name}") for path in TRACKED)
    folder = name.rstrip("/") + "/"
    return name in TRACKED or any(path.startswith(folder) for path in TRACKED)


def dead_links(page: str, text: str) -> list[str]:
    links = [first or second for first, second in LINK.findall(text)]
    inside = [link for link in links if "://" not in link]
    return [link for link in inside if not (ROOT / page).parent.joinpath(link).exists()]


def missing_files(_page: str, text: str) -> list[str]:
    return [name for name in NAMED.findall(text) if not exists(name)]


def missing_parts(_page: str, text: str) -> list[str]:
    """The paths that a reader completes, such as `contracts/roles.py`."""
    parts = [name.rstrip("/") for name in PART.findall(text)]
    return [part for part in parts if not any(f"/{part}" in f"/{path}" for path in TRACKED)]


def missing_tests(_page: str, text: str) -> set[str]:
    return set(TEST.findall(text)) - known_tests().keys()


def unknown_commands(_page: str, text: str) -> set[str]:
    ours = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    return set(COMMAND.findall(text)) - ours


def unknown_calls(_page: str, text: str) -> list[str]:
    session = botocore.session.get_session()
    return [
        f"aws {service} {call}"
        for service, call in CALL.findall(text)
        if call not in {xform_name(n, "-") for n in session.get_service_model(service).operation_names}
    ]


type Rule = Callable[[str, str], Collection[str]]
# For each rule, a line that breaks it and one that does not.
PLANTED: Final[list[tuple[Rule, str, str]]] = [
    (
        dead_links,
        "see [here](nowhere.md#top)",
        "see [here](README.md) and [there](https://x.example/nowhere.md)",
    ),
    (dead_links, '<img src="no.png">', '<img src="README.md">'),
    (missing_files, "`tests/contract/test_nothing.py`", "`tests/contract/test_docs.py`"),
    (missing_files, "`test_nothing.py`", "`test_docs.py`"),
    (missing_parts, "`contracts/nothing.py`", "`contracts/roles.py`, `site/locales`, `use_cases/`, `docs`"),
    (
        missing_tests,
        "`tests/contract/test_docs.py::test_nothing`",
        "`tests/contract/test_docs.py::test_every_link_target_exists`",
    ),
    (unknown_commands, "`./dev fly`", "`./dev up`"),
    (unknown_calls, "`aws sqs eat-message`", "`aws sqs receive-message`"),
]


@pytest.mark.parametrize(("rule", "broken", "sound"), PLANTED)
def test_line_that_breaks_a_rule_is_reported(rule: Rule, broken: str, sound: str) -> None:
    assert rule("README.md", broken)
    assert not rule("README.md", sound)


def broken_pages(rule: Rule, pages: list[str]) -> dict[str, object]:
    return offenders(pages, lambda page: rule(page, (ROOT / page).read_text()))


def test_every_link_target_exists() -> None:
    assert broken_pages(dead_links, PAGES) == {}


def test_every_file_named_in_the_docs_exists() -> None:
    assert broken_pages(missing_files, [*DOCS, "README.md"]) == {}


def test_every_part_of_a_path_in_glossary_and_recipes_exists() -> None:
    assert broken_pages(missing_parts, ["docs/glossary.md", "docs/changing.md"]) == {}


def test_every_test_named_in_the_docs_exists() -> None:
    assert broken_pages(missing_tests, PAGES) == {}


def test_every_dev_command_named_in_the_docs_exists() -> None:
    assert broken_pages(unknown_commands, PAGES) == {}


def test_every_aws_call_named_in_the_docs_exists() -> None:
    assert broken_pages(unknown_calls, DOCS) == {}


def test_resources_named_in_the_runbook_exist_in_a_template() -> None:
    made = "".join((ROOT / path).read_text() for path in TRACKED if path.endswith("template.yaml"))
    named = RESOURCE.findall((ROOT / "docs" / "runbook.md").read_text())

    assert [name for name in named if not re.search(rf"tot-\${{Environment}}-{name}\b", made)] == []
    assert len(set(named)) > 5


def unnamed_inputs(document: str) -> list[str]:
    """Return the routes, query parameters and body fields of an API that its service's README lacks."""
    api = json.loads((ROOT / document).read_text())
    service = document.removeprefix("docs/api/").removesuffix(".openapi.json")
    [page] = [path for path in PAGES if path.endswith(f"/{service}/README.md")]
    text = (ROOT / page).read_text()
    paths = [path for path in api["paths"] if path not in text]
    fields = {name for path in api["paths"].values() for one in path.values() for name in inputs_of(api, one)}
    return paths + sorted(name for name in fields if not re.search(rf"\b{name}\b", text))


def inputs_of(api: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    query = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
    bodies = [content["schema"] for content in operation.get("requestBody", {}).get("content", {}).values()]
    models = [api["components"]["schemas"].get(body.get("$ref", "").split("/")[-1], body) for body in bodies]
    return query + [name for model in models for name in model.get("properties", {})]


def test_every_input_of_an_api_is_in_the_readme_of_its_service() -> None:
    documents = [path for path in TRACKED if path.endswith(".openapi.json")]
    assert len(documents) > 4
    assert offenders(documents, unnamed_inputs) == {}


def test_every_parameter_of_a_stack_is_in_its_readme_or_the_platforms() -> None:
    platform = (ROOT / "platform" / "README.md").read_text()

    def unnamed(stack: Stack) -> list[str]:
        own = stack.folder / "README.md"
        text = platform + (own.read_text() if own.exists() else "")
        return [name for name in stack.source["Parameters"] if f"`{name}`" not in text]

    assert offenders(load_stacks(), unnamed, named=lambda stack: stack.name) == {}


def test_threat_model_has_the_required_sections() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text()
    headings = [line.removeprefix("## ") for line in page.split("\n") if line.startswith("## ")]

    assert headings == ["Attack Surface", "Attack Vectors", "Mitigations"]
