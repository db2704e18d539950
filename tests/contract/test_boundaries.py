"""What imports what, and how big things get: the shape of the tree, kept by tests.

An allow-list below names what breaks a rule today. It only shrinks: an entry that is no longer needed fails.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from template_lint.rules.functions import FUNCTION, slug_of
from template_lint.stack import Stack, load_stacks

ROOT: Final = Path(__file__).resolve().parents[2]
SERVICES: Final = tuple(
    sorted(path for path in (ROOT / "services").iterdir() if (path / "template.yaml").exists())
)
PACKAGES: Final = {service.name.replace("-", "_") for service in SERVICES} | {
    "people",
    "preflight",
    "devstack",
    "template_lint",
    "api_documents",
    "testkit",
}
DEPLOYED: Final = tuple(
    sorted(
        path
        for pattern in ("services/*/src", "platform/preflight/src", "platform/people/src")
        for path in ROOT.glob(pattern + "/**/*.py")
    )
)
SOURCES: Final = tuple(
    sorted({*DEPLOYED, *ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("platform/*/src/**/*.py")})
)

MOST_HANDLER_LINES: Final = 40
MOST_LINES: Final = 200
LONGER_FILES: Final[frozenset[str]] = frozenset()
LONGER_HANDLERS: Final[frozenset[str]] = frozenset()
TESTED_TOGETHER: Final = {
    "public_preflight": "preflight",
    "admin_preflight": "preflight",
    "list_people": "people",
    "invite_person": "people",
    "change_role": "people",
    "remove_person": "people",
    "read_trail": "trail",
}
READS_ENVIRONMENT: Final = {"environ", "environb", "getenv"}
FORBIDDEN_NAMES: Final = {"main.py", "app.py", "utils.py", "helpers.py", "common.py"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, by its full name."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: relative import"
            yield node.module or ""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package_of(path: Path) -> str:
    """Return the import package a source file belongs to."""
    return path.parts[path.parts.index("src") + 1]


def in_layer(layer: str) -> list[Path]:
    return [path for path in DEPLOYED if layer in path.parts]


def over_all(paths: tuple[Path, ...] | list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=named)


@over_all(DEPLOYED)
def test_no_service_imports_another(path: Path) -> None:
    others = PACKAGES - {package_of(path)}
    assert {name.split(".")[0] for name in imported(path)} & others == set()


@over_all(sorted(ROOT.glob("libs/*/src/**/*.py")))
def test_shared_libraries_import_no_service(path: Path) -> None:
    assert {name.split(".")[0] for name in imported(path)} & PACKAGES == set()


@over_all(in_layer("domain"))
def test_domain_imports_the_standard_library_and_contracts_only(path: Path) -> None:
    allowed = sys.stdlib_module_names | {"contracts"}
    own = f"{package_of(path)}.domain"
    foreign = {
        name
        for name in imported(path)
        if name.split(".")[0] not in allowed and name != own and not name.startswith(own + ".")
    }
    assert foreign == set()


@over_all(in_layer("store"))
def test_a_store_knows_neither_handlers_nor_http(path: Path) -> None:
    package = package_of(path)
    outer = (f"{package}.handlers", f"{package}.http")
    assert [name for name in imported(path) if name.startswith(outer)] == []


@over_all(DEPLOYED)
def test_only_config_reads_the_environment(path: Path) -> None:
    reads = [
        node.lineno
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Attribute) and node.attr in READS_ENVIRONMENT)
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    ]
    assert reads == [] or path.name == "config.py"


@over_all([path for path in in_layer("handlers") if path.name != "__init__.py"])
def test_a_handler_fits_a_screen(path: Path) -> None:
    assert too_long(path, MOST_HANDLER_LINES) == (named(path) in LONGER_HANDLERS)


@over_all(SOURCES)
def test_a_file_stays_small(path: Path) -> None:
    assert too_long(path, MOST_LINES) == (named(path) in LONGER_FILES)


@over_all(SOURCES)
def test_a_module_says_why_it_exists_and_has_a_name_of_its_own(path: Path) -> None:
    assert path.name not in FORBIDDEN_NAMES
    assert ast.get_docstring(parsed(path))


def test_platform_never_becomes_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def too_long(path: Path, most: int) -> bool:
    return len(path.read_text().splitlines()) > most


STACKS: Final = load_stacks()
FUNCTIONS: Final = [
    pytest.param(stack, function, id=f"{stack.name}-{slug_of(function)}")
    for stack in STACKS
    for function in stack.resources(FUNCTION)
]


@pytest.mark.parametrize(("stack", "function"), FUNCTIONS)
def test_one_slug_from_the_template_to_the_test(stack: Stack, function: str) -> None:
    slug = slug_of(function)
    handler = stack.code / stack.package / "handlers" / f"{slug}.py"
    assert handler.exists()
    assert any(
        node.name == "handler" for node in parsed(handler).body if isinstance(node, ast.FunctionDef)
    ) or any(
        isinstance(target, ast.Name) and target.id == "handler"
        for node in parsed(handler).body
        if isinstance(node, ast.Assign)
        for target in node.targets
    )
    test = f"test_{TESTED_TOGETHER.get(slug, slug)}.py"
    assert list(stack.tests.rglob(test)), f"no {test} under {named(stack.tests)}"


def test_what_is_tested_together_has_no_test_of_its_own() -> None:
    own = [slug for slug in TESTED_TOGETHER for stack in STACKS if list(stack.tests.rglob(f"test_{slug}.py"))]
    assert own == []


@pytest.mark.parametrize("code", sorted({stack.code for stack in STACKS}), ids=named)
def test_every_handler_file_is_a_function_of_one_template(code: Path) -> None:
    files = sorted(path.stem for path in code.glob("*/handlers/*.py") if path.name != "__init__.py")
    functions = [f for stack in STACKS if stack.code == code for f in stack.resources(FUNCTION)]
    assert files == sorted(slug_of(function) for function in functions)


@over_all([path for path in in_layer("handlers") if path.name != "__init__.py"])
def test_a_function_counts_its_calls_under_its_own_name(path: Path) -> None:
    metric = "".join(part.capitalize() for part in path.stem.split("_"))
    assert f'"{metric}"' in path.read_text()
