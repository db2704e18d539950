"""Reads each stack: the SAM template and the output of the SAM transform."""

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from contracts.stack_exports import Service
from stacks.template import parse_template

ROOT: Final = Path(__file__).resolve().parents[4]
_PLACES: Final = {Service.PLATFORM: ROOT / "platform", Service.MEMBERS: ROOT / "platform/members"}
_CODE: Final = {Service.PLATFORM: ROOT / "platform/preflight"}
# Parameters without a default; no canary, as locally, unless a caller sets it.
_PARAMETERS: Final = {"Environment": "lint", "SiteOrigin": "https://vote.example.com", "Canary": "false"}

type Json = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """One stack: `source` is the SAM template as written, `plain` the output of the transform."""

    service: Service
    folder: Path
    source: Json
    plain: Json
    workflows: dict[str, Json]

    @property
    def name(self) -> str:
        """The stack's name without project and environment."""
        return self.service.value

    @property
    def template(self) -> Path:
        """The path of the template."""
        return self.folder / "template.yaml"

    @cached_property
    def package(self) -> str:
        """The Python package of the stack's functions."""
        (package,) = [path.name for path in self.code.iterdir() if (path / "__init__.py").exists()]
        return package

    @property
    def code(self) -> Path:
        """The folder of that package."""
        return _CODE.get(self.service, self.folder) / "src"

    @property
    def tests(self) -> Path:
        """The folder of the tests of the stack's functions."""
        return self.code.parent / "tests"

    def resources(self, kind: str) -> dict[str, Json]:
        """Return the transformed resources of one type, by logical id, each with its whole body."""
        return {name: body for name, body in self.plain["Resources"].items() if body["Type"] == kind}

    def properties(self, kind: str) -> dict[str, Json]:
        """Return the properties of the transformed resources of one type, by logical id."""
        return {name: body.get("Properties", {}) for name, body in self.resources(kind).items()}

    def environment(self, function: str) -> dict[str, str]:
        """Return a function's environment variables, with placeholders for values of other stacks."""
        given = self.properties("AWS::Lambda::Function")[function].get("Environment", {}).get("Variables", {})
        return {name: self._text_of(value) or f"value-of-{name}" for name, value in given.items()}

    def _text_of(self, value: Any) -> str | None:  # noqa: ANN401 (a template's value has any shape)
        match value:
            case str(text):
                return text
            case {"Ref": str(name)} if self.plain["Parameters"].get(name, {}).get("Default"):
                return str(self.plain["Parameters"][name]["Default"])
        return None


def load_stacks() -> list[Stack]:
    """Return all stacks in deploy order."""
    return [load_stack(service) for service in Service]


def load_stack(service: Service) -> Stack:
    """Return one stack. Raises `FileNotFoundError` if it has no template."""
    folder = folder_of(service)
    return read_stack(service, folder, (folder / "template.yaml").read_text())


def folder_of(service: Service) -> Path:
    """Return the folder of a stack's template."""
    return _PLACES.get(service, ROOT / "services" / service.value)


def read_stack(service: Service, folder: Path, text: str, **parameters: str) -> Stack:
    """Return the stack of this template text; state machine definitions are read from `folder`."""
    # Copy through JSON: YAML anchors would share mutable parts between resources.
    source: Json = json.loads(json.dumps(parse_template(text)))
    workflows = {
        name: json.loads((folder / body["Properties"]["DefinitionUri"]).read_text())
        for name, body in source["Resources"].items()
        if body["Type"] == "AWS::Serverless::StateMachine"
    }
    return Stack(service, folder, source, transform(source, workflows, **parameters), workflows)


def transform(source: Json, workflows: dict[str, Json], **parameters: str) -> Json:
    """Return the transformed template, with state machine definitions. Does not modify `source`."""
    from samtranslator.translator.transform import transform as sam_transform  # noqa: PLC0415 (half a second to import)

    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    packaged: Json = json.loads(json.dumps(source))
    for name, body in packaged["Resources"].items():
        if body["Type"] == "AWS::Serverless::Function":
            body["Properties"]["CodeUri"] = "s3://artifacts/code"
        elif body["Type"] == "AWS::Serverless::StateMachine":
            del body["Properties"]["DefinitionUri"]
            body["Properties"]["Definition"] = workflows[name]
    packaged.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    plain: Json = sam_transform(packaged, _PARAMETERS | parameters, _NoManagedPolicies())
    return plain


class _NoManagedPolicies:
    """No template uses a managed policy, so the transform needs no list of them from AWS."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}
