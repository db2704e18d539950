"""The route of a preflight function: answers every OPTIONS request from the allow-list of origins."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from chassis.resolver import resolver
from chassis.response import PRIVATE
from chassis.settings import HttpSettings
from contracts.edge import preflight_headers


def preflight_resolver(settings: HttpSettings) -> APIGatewayHttpResolver:
    """Return a resolver that answers 204 with the CORS headers for the page's origin."""
    app = resolver(settings, {})

    @app.route("/.*", method="OPTIONS")
    def answer() -> Response[str]:
        offered = preflight_headers(app.current_event.headers, settings.allowed_origins)
        return Response(HTTPStatus.NO_CONTENT, body="", headers={**offered, "Cache-Control": PRIVATE})

    return app
