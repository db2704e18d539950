"""Return an image to everyone: its bytes never change, so the edge and browsers keep it for a year."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.resolver import READ_METHODS, resolver

from poll_service.adapters.images import ImageStore
from poll_service.config import ImageSettings
from poll_service.domain.errors import ImageNotFound
from poll_service.domain.image import CONTENT_TYPE, hash_in
from poll_service.http import GET_IMAGE, PROBLEMS

settings = ImageSettings.from_environment()
app = resolver(settings, PROBLEMS)
images = ImageStore.at(settings.images_bucket)


@app.route("/images/<name>", method=READ_METHODS)
@GET_IMAGE
def get_image(name: str) -> Response[Any]:
    """Return the bytes of the image."""
    sha256 = hash_in(name)
    webp = images.get(sha256) if sha256 else None
    if webp is None:
        raise ImageNotFound
    kept = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{sha256}"'}
    return Response(HTTPStatus.OK, CONTENT_TYPE, webp, headers=kept)


handler = entry_point(app, "GetImage")
