"""The deployed stacks, read from the emulator's own state, so also right after a restart."""

import json
from dataclasses import dataclass
from typing import Any

from ministack.services import cloudformation, cloudfront, secretsmanager


@dataclass(frozen=True)
class Deployed:
    """The stacks of one environment, as the edge needs them."""

    environment: str

    def _exported(self, name: str) -> str | None:
        export = cloudformation._exports.get(f"tot-{self.environment}:{name}")
        return export["Value"] if export else None

    def distribution(self) -> dict[str, Any] | None:
        """Return the emulator's record of the frontend's distribution, or `None` if it is not deployed."""
        stack = cloudformation._stacks.get(f"tot-{self.environment}-frontend") or {}
        for output in stack.get("Outputs") or []:
            if output["OutputKey"] == "DistributionDomain":
                label = output["OutputValue"].split(".")[0]
                distribution: dict[str, Any] | None = cloudfront.find_distribution_for_label(label)
                return distribution
        return None

    def websocket_api(self) -> str | None:
        """Return the id of the WebSocket API, or `None` if it is not deployed."""
        return self._exported("WebSocketApiId")

    def origin_secret(self) -> str:
        """Return the current value of `X-Origin-Verify`, as CloudFront sends it; empty before deployment."""
        arn = self._exported("OriginSecretArn")
        value = secretsmanager.resolve_secret_string(arn) if arn else None
        return str(json.loads(value)["current"]) if value else ""
