"""Take a picture for an option from an organiser; the answer is its address, for the poll to name."""

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from contracts.images import ImageStored
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.request import organiser
from gateway.resolver import resolver

from poll_service.config import PicturesSettings
from poll_service.http import PROBLEMS, UPLOAD_IMAGE
from poll_service.reencoding import reencode
from poll_service.store.pictures import PicturesStore

logger = Logger()
settings = PicturesSettings.from_environment()
app = resolver(settings, PROBLEMS)
pictures = PicturesStore.at(settings.pictures_bucket)


@app.post("/admin/api/images")
@UPLOAD_IMAGE
def upload_image() -> Response[str]:
    """Keep the picture, written anew; 201 with its address, the same one for the same picture."""
    who, picture = organiser(app), reencode(UPLOAD_IMAGE.read_image(app))
    pictures.save(picture)
    logger.info("picture kept", image=picture.path, bytes=len(picture.webp), organiser=who)
    stored = ImageStored(image=picture.path, width=picture.width, height=picture.height)
    return json_answer(stored, HTTPStatus.CREATED, headers={"Location": picture.path})


handler = entry_point(app, "UploadImage")
