"""Run OPTIONS routes of an HTTP API; ministack answers every OPTIONS from a CORS configuration.

AWS does so only for an API with a CORS configuration; otherwise the route's integration answers.
"""

from typing import Any

from ministack.services import apigateway

type Response = tuple[int, dict[str, Any], bytes]


def apply() -> None:
    """Route OPTIONS requests to their integration if the API has no CORS configuration."""
    execute = apigateway._handle_execute_in_scope

    async def execute_options_too(  # noqa: PLR0917 - ministack's signature
        api_id: str, stage: str, path: str, method: str, headers: dict[str, str], body: bytes,
        query_params: dict[str, list[str]], owner_account: str, owner_region: str,
        raw_query: str | None = None,
    ) -> Response:  # fmt: skip
        api = apigateway._apis.get(api_id)
        if method != "OPTIONS" or not api or api.get("corsConfiguration"):
            answer: Response = await execute(
                api_id,
                stage,
                path,
                method,
                headers,
                body,
                query_params,
                owner_account,
                owner_region,
                raw_query,
            )
            return answer
        route = apigateway._match_route(api_id, method, path)
        integrations = apigateway._integrations.get(api_id, {})
        integration = integrations.get(route["target"].rpartition("/")[2]) if route else None
        if route is None or integration is None:
            not_found: Response = apigateway._http_api_not_found()
            return not_found
        if (route.get("authorizationType") or "NONE") != "NONE":
            unauthorized: Response = apigateway._jwt_unauthorized()
            return unauthorized
        preflight: Response = await apigateway._invoke_lambda_proxy(
            integration, api_id, stage, path, method,
            {name.lower(): value for name, value in headers.items()}, body, query_params, route["routeKey"],
            owner_account_id=owner_account, owner_region=owner_region, raw_query_string=raw_query,
        )  # fmt: skip
        return preflight

    apigateway._handle_execute_in_scope = execute_options_too
