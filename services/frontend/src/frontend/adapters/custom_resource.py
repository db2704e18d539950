"""How a custom resource talks with CloudFormation: one event in, one answer to a presigned address.

`crhelper` does this too, but answers over HTTPS only (the embedded AWS hands out http addresses), tries for
ever, and builds three clients that nothing here needs.
"""

import json
import time
from typing import Any, Final, Literal
from urllib.request import Request, urlopen

from pydantic import BaseModel, ConfigDict, Field

REASON_LIMIT: Final = 1000
"""CloudFormation refuses answers over 4 KB."""

ANSWER_TIMEOUT_SECONDS: Final = 5
PAUSES_SECONDS: Final = (1, 2, 4)
"""Between attempts. This is the protocol's last message: without it the stack waits 300 s and rolls back.

All attempts take 27 s at most, of the function's 120 s."""


class SiteProperties(BaseModel):
    """The custom resource's properties in the template."""

    model_config = ConfigDict(frozen=True)

    bucket: str = Field(alias="Bucket")
    distribution_id: str = Field(alias="DistributionId")
    config: dict[str, str] = Field(alias="Config")


class ResourceEvent(BaseModel):
    """What CloudFormation sends, as far as it is used here."""

    model_config = ConfigDict(frozen=True)

    request_type: Literal["Create", "Update", "Delete"] = Field(alias="RequestType")
    request_id: str = Field(alias="RequestId")
    properties: SiteProperties = Field(alias="ResourceProperties")


def answer(event: dict[str, Any], physical_id: str, failure: Exception | None = None) -> None:
    """Tell CloudFormation how it went.

    `physical_id` must stay the same over a resource's life: a new one makes CloudFormation delete the old
    resource, and deleting this one empties the bucket. Sent again where it was not taken: the same answer
    twice is one answer. Raises `OSError` when no attempt arrived.
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
