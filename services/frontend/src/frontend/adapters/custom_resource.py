"""CloudFormation custom resource protocol: one event in, one response to a presigned URL.

`crhelper` implements it too, but it responds over HTTPS only (the emulator issues http URLs), retries without
a limit, and creates three clients that this function does not need.
"""

import json
import time
from typing import Any, Final, Literal
from urllib.request import Request, urlopen

from pydantic import BaseModel, ConfigDict, Field

REASON_LIMIT: Final = 1000
"""Maximum length of the reason: CloudFormation rejects responses over 4 KB."""

ANSWER_TIMEOUT_SECONDS: Final = 5
PAUSES_SECONDS: Final = (1, 2, 4)
"""Pauses between attempts. Without this response the stack waits 300 s and rolls back.

All attempts take 27 s at most, of the function's 120 s.
"""


class BrandProperties(BaseModel):
    """The brand in the template; empty texts keep the site's own."""

    model_config = ConfigDict(frozen=True)

    a: str = Field(default="", alias="ColourA")
    b: str = Field(default="", alias="ColourB")
    logo: str = Field(default="", alias="Logo")


class SiteProperties(BaseModel):
    """The custom resource's properties in the template."""

    model_config = ConfigDict(frozen=True)

    bucket: str = Field(alias="Bucket")
    distribution_id: str = Field(alias="DistributionId")
    config: dict[str, str] = Field(alias="Config")
    brand: BrandProperties = Field(default=BrandProperties(), alias="Brand")


class ResourceEvent(BaseModel):
    """The fields of a CloudFormation event that this function uses."""

    model_config = ConfigDict(frozen=True)

    request_type: Literal["Create", "Update", "Delete"] = Field(alias="RequestType")
    request_id: str = Field(alias="RequestId")
    properties: SiteProperties = Field(alias="ResourceProperties")


def answer(event: dict[str, Any], physical_id: str, failure: Exception | None = None) -> None:
    """Report success or failure to CloudFormation, with retries.

    `physical_id` must stay the same for the life of the resource: after a change CloudFormation deletes the
    old resource, and deleting this one empties the bucket. A response may be sent twice; the second has no
    effect. Raises `OSError` if every attempt fails.
    """
    body = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": f"{type(failure).__name__}: {failure}"[:REASON_LIMIT] if failure else "",
        "PhysicalResourceId": physical_id,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    request = Request(  # noqa: S310 - the address comes from CloudFormation
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    for pause in (*PAUSES_SECONDS, None):
        try:
            with urlopen(request, timeout=ANSWER_TIMEOUT_SECONDS):  # noqa: S310
                return
        except OSError:
            if pause is None:
                raise
            time.sleep(pause)
