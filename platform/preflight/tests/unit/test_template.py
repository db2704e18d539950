"""The platform's template."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from contracts.stack_exports import Export, Service
from stacks.reference import statements
from stacks.template import read_template

TEMPLATE: dict[str, Any] = read_template(Path(__file__).parents[3] / "template.yaml")
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]


def of_type(name: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in RESOURCES.values() if resource["Type"] == name]


def test_the_stack_exports_exactly_the_names_of_the_contract() -> None:
    exported = {
        output["Export"]["Name"]["Fn::Sub"] for output in TEMPLATE["Outputs"].values() if "Export" in output
    }
    assert exported == {
        export.name_in("${Environment}") for export in Export if export.owner is Service.PLATFORM
    }


def test_preflight_is_the_only_route_and_needs_no_token() -> None:
    assert [
        (route["RouteKey"], route["AuthorizationType"]) for route in of_type("AWS::ApiGatewayV2::Route")
    ] == [("OPTIONS /{proxy+}", "NONE")] * 2


def test_no_api_has_a_cors_configuration() -> None:
    assert not any("CorsConfiguration" in api for api in of_type("AWS::ApiGatewayV2::Api"))


@pytest.mark.parametrize("name", ["PublicPreflightRole", "AdminPreflightRole"])
def test_a_preflight_function_may_only_log_and_read_the_origin_secret(name: str) -> None:
    group = name.replace("Role", "LogGroup.Arn").split(".")
    role = RESOURCES[name]["Properties"]
    assert "ManagedPolicyArns" not in role
    assert statements(role) == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": group},
        },
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": {"Fn::GetAtt": ["OriginSecret", "Id"]},
        },
    ]


def test_metrics_of_votes_read_fields_that_the_access_log_has() -> None:
    for stage in of_type("AWS::ApiGatewayV2::Stage"):
        line = json.loads(re.sub(r"\$context[.\w]+", "7", stage["AccessLogSettings"]["Format"]))
        assert line["latency_ms"] == 7, "a number, not a text"
        for metric in of_type("AWS::Logs::MetricFilter"):
            read = metric["FilterPattern"] + metric["MetricTransformations"][0]["MetricValue"]
            assert set(re.findall(r"\$\.(\w+)", read)) <= line.keys()
            assert '"POST /vote"' in metric["FilterPattern"]


def test_the_access_log_contains_no_client_or_request_data() -> None:
    for stage in of_type("AWS::ApiGatewayV2::Stage"):
        logged = stage["AccessLogSettings"]["Format"]
        assert "$context.identity" not in logged
        assert "$context.authorizer" not in logged
        assert "$request" not in logged


def test_secrets_and_organisers_survive_the_stack() -> None:
    kept = [
        r
        for r in RESOURCES.values()
        if r["Type"] in {"AWS::SecretsManager::Secret", "AWS::Cognito::UserPool"}
    ]
    assert len(kept) == 4
    assert all(r["DeletionPolicy"] == "RetainExceptOnCreate" for r in kept)
    assert all(r["UpdateReplacePolicy"] == "Retain" for r in kept)


@pytest.mark.covers("T12")
def test_self_sign_up_and_password_flows_are_disabled() -> None:
    [pool] = of_type("AWS::Cognito::UserPool")
    [client] = of_type("AWS::Cognito::UserPoolClient")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["GenerateSecret"] is False
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["CallbackURLs"] == client["LogoutURLs"] == [{"Fn::Sub": "${SiteOrigin}/admin/"}]


def test_every_function_has_its_own_role_log_group_and_alarm() -> None:
    functions = {
        name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == "AWS::Serverless::Function"
    }
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions.values()]
    assert len(set(roles)) == len(functions) == 2
    watched = [alarm["Dimensions"] for alarm in of_type("AWS::CloudWatch::Alarm")]
    for function in functions.values():
        group = RESOURCES[function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert group["LogGroupName"]["Fn::Sub"] == f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"
        assert [{"Name": "FunctionName", "Value": function["FunctionName"]}] in watched


def test_every_alarm_reaches_the_topic() -> None:
    assert all(
        alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in of_type("AWS::CloudWatch::Alarm")
    )
