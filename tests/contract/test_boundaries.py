"""Import rules: the boundaries between services and between layers.

Each rule is one function and one test over all files; `PLANTED` contains a file that breaks it.
"""

import ast
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import pytest
from stacks.catalogue import FUNCTION, Stack, load_stacks, slug_of
from testkit.rules import offenders

ROOT: Final = Path(__file__).resolve().parents[2]
SERVICES: Final = tuple(
    sorted(path for path in (ROOT / "services").iterdir() if (path / "template.yaml").exists())
)
DEVELOPMENT: Final[dict[str, set[str]]] = {
    "site_build": set(),
    "devkit": set(),
    "stacks": {"devkit"},
    "template_lint": {"devkit", "stacks"},
    "api_documents": {"devkit", "stacks", "template_lint"},
    "privileges": {"devkit", "stacks", "template_lint"},
    "testkit": {"stacks", "template_lint", "privileges"},
    "costs": {"devkit"},
    "literal": set(),
    "releases": {"devkit", "stacks"},
    "deploy": {"devkit", "stacks", "releases"},
    "laptop": {"devkit", "stacks", "releases", "deploy", "privileges"},
    "capacity": {"costs", "devkit", "stacks"},
    "loadtest": {"costs", "devkit", "laptop", "stacks"},
    "smoke": {"devkit", "deploy", "laptop"},
    "testrunner": {"devkit", "privileges"},
    "checks": {"devkit", "stacks", "testrunner"},
    "cli": {
        "devkit", "stacks", "deploy", "laptop", "loadtest", "smoke", "privileges", "testrunner", "checks",
        "releases", "capacity",
    },
}  # fmt: skip
"""The packages of development, which no function contains, each with those that it may import."""

PACKAGES: Final = {service.name.replace("-", "_") for service in SERVICES} | {
    "members",
    "preflight",
    *DEVELOPMENT,
}
DEPLOYED: Final = tuple(
    sorted(
        path
        for pattern in ("services/*/src", "platform/preflight/src", "platform/members/src")
        for path in ROOT.glob(pattern + "/**/*.py")
    )
)
SOURCES: Final = tuple(
    sorted({*DEPLOYED, *ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("platform/*/src/**/*.py")})
)

TESTED_TOGETHER: Final = {
    "public_preflight": "preflight",
    "admin_preflight": "preflight",
    "list_members": "members",
    "invite_member": "members",
    "change_role": "members",
    "remove_member": "members",
    "read_audit_log": "audit_log",
}
UNCOUNTED: Final = {"validate_vote"}
"""On the way of every vote: its line would cost 11 cents per million votes, and Lambda counts its calls."""

READS_ENVIRONMENT: Final = {"environ", "environb", "getenv"}
FORBIDDEN_NAMES: Final = {"main.py", "app.py", "utils.py", "helpers.py", "common.py"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imported(path: Path) -> Iterator[str]:
    """Yield the full name of every module that a file imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def package_of(path: Path) -> str:
    """Return the import package of a source file."""
    return path.parts[path.parts.index("src") + 1]


def in_layer(layer: str) -> list[Path]:
    return [path for path in DEPLOYED if layer in path.parts]


def foreign_services(path: Path) -> set[str]:
    """Return a file's imports from other services."""
    return {name.split(".")[0] for name in imported(path)} & (PACKAGES - {package_of(path)})


def beyond_contracts(path: Path) -> set[str]:
    """Return a domain module's imports from outside its domain, the contracts and the standard library."""
    allowed = sys.stdlib_module_names | {"contracts"}
    own = f"{package_of(path)}.domain"
    return {
        name
        for name in imported(path)
        if name.split(".")[0] not in allowed and name != own and not name.startswith(own + ".")
    }


OUTER: Final = {
    "adapters": ("use_cases", "handlers", "http"),
    "use_cases": ("handlers", "http"),
}
"""For each layer, the layers that it must not import. The direction is handlers → use_cases → domain ←
adapters."""


def outer_layers(path: Path) -> list[str]:
    """Return a file's imports from outer layers."""
    package = package_of(path)
    outer = [f"{package}.{name}" for layer, names in OUTER.items() if layer in path.parts for name in names]
    return [name for name in imported(path) if any(f"{name}.".startswith(f"{one}.") for one in outer)]


def aws_clients(path: Path) -> list[int]:
    """Return the lines of a use case or domain module that create an AWS client; handlers create clients."""
    return [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"client", "resource", "Session"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "boto3"
    ]


LAYERS: Final = {"handlers", "use_cases", "domain", "adapters"}
AT_THE_ROOT: Final = {"__init__.py", "bootstrap.py", "config.py", "http.py"}


def without_a_layer(path: Path) -> str:
    """Return whether a module is outside the layers."""
    return "" if LAYERS & set(path.parts) or path.name in AT_THE_ROOT else "in no layer"


def other_tools(path: Path) -> set[str]:
    """Return a file's imports from packages of development that its package must not import."""
    package = package_of(path)
    imports = {name.split(".")[0] for name in imported(path)}
    return imports & (DEVELOPMENT.keys() - DEVELOPMENT.get(package, set()) - {package})


def relative_imports(path: Path) -> list[str]:
    """Return relative imports."""
    return [name for name in imported(path) if name.startswith(".")]


def reads_of_the_environment(path: Path) -> list[int]:
    """Return the lines outside of `config.py` that read an environment variable."""
    if path.name == "config.py":
        return []
    return [
        node.lineno
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Attribute) and node.attr in READS_ENVIRONMENT)
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    ]


def nameless(path: Path) -> str:
    """Return whether a module has a generic name or no docstring."""
    if path.name in FORBIDDEN_NAMES:
        return "a name that says nothing"
    return "" if ast.get_docstring(parsed(path)) else "no docstring"


def without_its_metric(path: Path) -> str:
    """Return the metric with which a handler should count its calls, if it does not."""
    if path.stem in UNCOUNTED:
        return ""
    metric = "".join(part.capitalize() for part in path.stem.split("_"))
    return "" if f'"{metric}"' in path.read_text() else metric


type Rule = Callable[[Path], object]
HANDLERS: Final = [path for path in in_layer("handlers") if path.name != "__init__.py"]
LIBRARIES: Final = sorted(ROOT.glob("libs/*/src/**/*.py"))
# For each rule, a file that breaks it.
PLANTED: Final[dict[str, tuple[Rule, str, str]]] = {
    "another service": (
        foreign_services,
        "adapters/x.py",
        '"""X."""\nfrom poll_service.adapters import polls\n',
    ),
    "the test kit": (foreign_services, "adapters/x.py", '"""X."""\nimport testkit.world\n'),
    "a service in a library": (foreign_services, "x.py", '"""X."""\nimport poll_service\n'),
    "AWS in a domain": (beyond_contracts, "domain/x.py", '"""X."""\nimport boto3\n'),
    "an adapter in a domain": (
        beyond_contracts,
        "domain/x.py",
        '"""X."""\nfrom vote_service.adapters import a\n',
    ),
    "HTTP in an adapter": (
        outer_layers,
        "adapters/x.py",
        '"""X."""\nfrom vote_service.http import VOTE\n',
    ),
    "a use case in an adapter": (
        outer_layers,
        "adapters/x.py",
        '"""X."""\nfrom vote_service.use_cases import cast_vote\n',
    ),
    "a handler in a use case": (
        outer_layers,
        "use_cases/x.py",
        '"""X."""\nfrom vote_service.handlers.vote_wrapper import handler\n',
    ),
    "an AWS client in a use case": (
        aws_clients,
        "use_cases/x.py",
        '"""X."""\nimport boto3\n\nX = boto3.client("s3")\n',
    ),
    "a module beside the layers": (without_a_layer, "casting.py", '"""X."""\n'),
    "the laptop in a service": (other_tools, "adapters/x.py", '"""X."""\nimport laptop.aws\n'),
    "a relative import": (relative_imports, "adapters/x.py", '"""X."""\nfrom . import polls\n'),
    "os.environ": (reads_of_the_environment, "adapters/x.py", '"""X."""\nimport os\n\nX = os.environ["X"]\n'),
    "from os": (reads_of_the_environment, "adapters/x.py", '"""X."""\nfrom os import getenv\n'),
    "a helper": (nameless, "helpers.py", '"""X."""\n'),
    "no docstring": (nameless, "adapters/x.py", "X = 1\n"),
    "another metric": (without_its_metric, "handlers/take_vote.py", 'handler = entry_point(app, "Vote")\n'),
}


@pytest.mark.parametrize(("rule", "name", "text"), PLANTED.values(), ids=PLANTED)
def test_file_that_breaks_a_rule_is_reported(rule: Rule, name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "src" / "vote_service" / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert rule(path)


@pytest.mark.covers("T21", "R42")
def test_no_service_imports_another() -> None:
    assert offenders(DEPLOYED, foreign_services, named) == {}


def test_shared_libraries_import_no_service() -> None:
    assert offenders(LIBRARIES, foreign_services, named) == {}


def test_packages_of_development_import_only_their_allowed_ones() -> None:
    assert offenders(SOURCES, other_tools, named) == {}


def test_packages_of_development_declare_exactly_their_allowed_imports() -> None:
    projects = [tomllib.loads(path.read_text()) for path in ROOT.glob("platform/*/pyproject.toml")]
    declared = {
        project["project"]["name"].replace("-", "_"): {
            name.replace("-", "_") for name in project["tool"].get("uv", {}).get("sources", {})
        }
        for project in projects
    }
    assert {name: declared[name] & DEVELOPMENT.keys() for name in DEVELOPMENT} == DEVELOPMENT


def test_allowed_imports_of_development_have_no_cycle() -> None:
    assert set(TopologicalSorter(DEVELOPMENT).static_order()) == DEVELOPMENT.keys()


def test_every_import_names_its_package() -> None:
    assert offenders(SOURCES, relative_imports, named) == {}


def test_domain_imports_the_standard_library_and_contracts_only() -> None:
    assert offenders(in_layer("domain"), beyond_contracts, named) == {}


def test_no_layer_imports_an_outer_one() -> None:
    assert offenders([path for layer in OUTER for path in in_layer(layer)], outer_layers, named) == {}


def test_only_handlers_and_adapters_create_aws_clients() -> None:
    wiring = {"handlers", "adapters", "bootstrap.py"}
    inner = [path for path in DEPLOYED if not wiring & set(path.parts)]
    assert offenders(inner, aws_clients, named) == {}


def test_every_module_of_a_service_has_a_layer() -> None:
    assert offenders(DEPLOYED, without_a_layer, named) == {}


def test_only_config_reads_the_environment() -> None:
    assert offenders(DEPLOYED, reads_of_the_environment, named) == {}


def test_every_module_has_a_docstring_and_a_specific_name() -> None:
    assert offenders(SOURCES, nameless, named) == {}


def test_every_function_counts_its_calls_under_its_own_name() -> None:
    assert offenders(HANDLERS, without_its_metric, named) == {}


def test_platform_never_becomes_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def functions() -> list[tuple[Stack, str]]:
    return [(stack, function) for stack in load_stacks() for function in stack.resources(FUNCTION)]


def without_its_files(one: tuple[Stack, str]) -> list[str]:
    """Return the missing handler or test of a template's functions."""
    stack, function = one
    slug = slug_of(function)
    handler = stack.code / stack.package / "handlers" / f"{slug}.py"
    lacking = [] if handler.exists() and defines_handler(parsed(handler)) else [named(handler)]
    test = f"test_{TESTED_TOGETHER.get(slug, slug)}.py"
    return lacking if list(stack.tests.rglob(test)) else [*lacking, test]


def defines_handler(module: ast.Module) -> bool:
    names = [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
    assigned = [node for node in module.body if isinstance(node, ast.Assign)]
    names += [target.id for node in assigned for target in node.targets if isinstance(target, ast.Name)]
    return "handler" in names


def test_every_function_has_a_handler_and_a_test_of_its_name() -> None:
    assert offenders(functions(), without_its_files, lambda one: f"{one[0].name}: {one[1]}") == {}


def test_function_without_handler_or_test_is_reported() -> None:
    stack, _ = functions()[0]
    assert len(without_its_files((stack, "NobodyWroteFunction"))) == 2
    assert not defines_handler(ast.parse("def handle(): ..."))


def test_functions_tested_together_have_no_separate_test() -> None:
    own = [
        slug
        for slug in TESTED_TOGETHER
        for stack in load_stacks()
        if list(stack.tests.rglob(f"test_{slug}.py"))
    ]
    assert own == []


def without_a_function(code: Path) -> set[str]:
    """Return handlers without a function in a template, and functions without a handler."""
    files = {path.stem for path in code.glob("*/handlers/*.py") if path.name != "__init__.py"}
    made = {slug_of(f) for stack in load_stacks() if stack.code == code for f in stack.resources(FUNCTION)}
    return files ^ made


def test_every_handler_file_is_a_function_of_one_template(tmp_path: Path) -> None:
    assert offenders(sorted({stack.code for stack in load_stacks()}), without_a_function, named) == {}
    planted = tmp_path / "vote_service" / "handlers" / "take_vote.py"
    planted.parent.mkdir(parents=True)
    planted.touch()
    assert without_a_function(tmp_path) == {"take_vote"}
