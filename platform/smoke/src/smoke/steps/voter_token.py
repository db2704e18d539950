"""Step 3: a voter token, and the client's address that limits them."""

import json
from http import HTTPStatus
from http.cookies import SimpleCookie

from devkit.failure import Failure

from smoke.evidence import Evidence, as_text

_FUNCTION = "issue-voter-token"


def voter_token(evidence: Evidence) -> str:
    """Check the cookie, that a foreign page gets none, and that the function knew the client's address."""
    evidence.voter_token, answer = evidence.new_voter()
    cookie = next(iter(SimpleCookie(answer.headers["Set-Cookie"]).values()), None)
    if cookie is None or not cookie["httponly"] or cookie["samesite"].lower() != "strict":
        raise Failure(
            "The voter token's cookie is not HttpOnly and SameSite=Strict.",
            evidence.environment.deploy_command("vote-service"),
        )
    if (
        evidence.only_on_aws("cookie is Secure", "the laptop's edge serves plain http")
        and not cookie["secure"]
    ):
        raise Failure(
            "The voter token's cookie is not Secure.", evidence.environment.deploy_command("vote-service")
        )
    foreign = evidence.page(**{"Sec-Fetch-Site": "cross-site"}).post("/voter-token", json={})
    if foreign.status_code != HTTPStatus.FORBIDDEN:
        raise Failure(
            f"A page of another site gets a voter token: {foreign.status_code}, not 403.",
            "Sec-Fetch-Site must reach the function: policy VoterRequests of the frontend. "
            f"{evidence.environment.deploy_command('frontend')}",
        )
    _address(evidence)
    return cookie.key


def _address(evidence: Evidence) -> None:
    group = f"/aws/lambda/tot-{evidence.environment.name}-{_FUNCTION}"

    def logged() -> list[str] | None:
        pages = evidence.environment.client("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=group, startTime=int(evidence.began * 1000) - 5000)
        return [event["message"] for page in found for event in page["events"]] or None

    def silent() -> Failure:
        return Failure(
            f"The log group {group} has no entry of this call.",
            "Check the function's role and LoggingConfig.",
        )

    messages, _ = evidence.until(logged, silent)
    if uncounted := {message for message in messages if _uncounted(message)}:
        raise Failure(
            "The client's address did not arrive at issue-voter-token, so no rate limit applies: "
            f"{as_text(uncounted)[:300]}",
            f"CloudFront-Viewer-Address is in policy VoterRequests of the frontend. "
            f"{evidence.environment.deploy_command('frontend')}",
        )


def _uncounted(message: str) -> bool:
    try:
        return "VoterTokensUncounted" in json.loads(message)
    except (ValueError, TypeError):
        return False
