"""Template and code agree: one slug for each function, and exactly the settings that it reads."""

import importlib
import json
from pathlib import Path
from typing import Any, Final

import pytest
from stacks.reference import statements
from stacks.template import read_template

SERVICE: Final = Path(__file__).parents[2]
TEMPLATE: Final[dict[str, Any]] = read_template(SERVICE / "template.yaml")
RESOURCES: Final = TEMPLATE["Resources"]
FUNCTIONS: Final = {
    name.removesuffix("Function"): resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::Serverless::Function"
}


def slug_of(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def variables_of(name: str) -> set[str]:
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    own = FUNCTIONS[name].get("Environment", {}).get("Variables", {})
    return {variable for variable in shared | own if not variable.startswith(("POWERTOOLS_", "AWS_"))}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_handler_and_test_share_one_slug(name: str) -> None:
    slug = slug_of(name)

    assert FUNCTIONS[name]["FunctionName"] == {"Fn::Sub": f"tot-${{Environment}}-{slug.replace('_', '-')}"}
    assert FUNCTIONS[name]["Handler"] == f"poll_service.handlers.{slug}.handler"
    assert callable(importlib.import_module(f"poll_service.handlers.{slug}").handler)
    assert (Path(__file__).parent / f"test_{slug}.py").exists()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_template_sets_exactly_the_settings_that_a_function_reads(name: str) -> None:
    module = importlib.import_module(f"poll_service.handlers.{slug_of(name)}")
    fields = type(module.settings).model_fields
    given = variables_of(name)

    assert {field.upper() for field, info in fields.items() if info.is_required()} <= given
    assert given <= {field.upper() for field in fields}


def test_every_handler_is_deployed() -> None:
    handlers = Path(importlib.import_module("poll_service.handlers").__file__ or "").parent.glob("[!_]*.py")

    assert {handler.stem for handler in handlers} == {slug_of(name) for name in FUNCTIONS}


def test_only_public_functions_get_the_allowed_origins() -> None:
    sharing = {name for name in FUNCTIONS if "ALLOWED_ORIGINS" in variables_of(name)}

    assert sharing == {"GetActivePoll", "GetPublicPoll"}


def test_admin_routes_require_a_token_with_the_scope() -> None:
    routes = [r["Properties"] for r in RESOURCES.values() if r["Type"] == "AWS::ApiGatewayV2::Route"]
    for route in routes:
        if "/admin/api/presenter/" in route["RouteKey"]:
            assert route["AuthorizationType"] == "NONE"  # the function verifies the presenter's session
        elif "/admin/" in route["RouteKey"]:
            assert (route["AuthorizationType"], route["AuthorizationScopes"]) == ("JWT", ["polls/admin"])
        else:
            assert route["AuthorizationType"] == "NONE"
            assert route["RouteKey"].split()[0] in {"GET", "HEAD"}
    assert len({json.dumps(route["Target"]) for route in routes}) == len(FUNCTIONS) - 1


def test_failed_scheduled_close_goes_to_the_dead_letter_queue_with_an_alarm() -> None:
    queue = {"Fn::GetAtt": ["ScheduledCloseDeadLetterQueue", "Arn"]}
    alarm = RESOURCES["ScheduledCloseDeadLetterAlarm"]["Properties"]

    assert FUNCTIONS["FinishPoll"]["DeadLetterQueue"] == {"Type": "SQS", "TargetArn": queue}
    sending = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}
    assert sending in statements(RESOURCES["FinishPollRole"]["Properties"])
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": ["ScheduledCloseDeadLetterQueue", "QueueName"]}
    assert alarm["AlarmActions"]
