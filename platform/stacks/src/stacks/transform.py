"""The SAM transform, which CloudFormation applies to a template before it deploys it."""

import json
import logging
import os
from typing import Final

from stacks.template import Json

# Parameters without a default; no canary, as locally, unless a caller sets it.
_PARAMETERS: Final = {"Environment": "lint", "SiteOrigin": "https://vote.example.com", "Canary": "false"}


def transform(source: Json, workflows: dict[str, Json], **parameters: str) -> Json:
    """Return the transformed template, with state machine definitions. Does not modify `source`."""
    # Half a second to import.
    from samtranslator.translator.transform import transform as sam_transform  # noqa: PLC0415

    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # It warns of metrics that it could not send.
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
