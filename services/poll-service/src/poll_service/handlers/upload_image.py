"""Store an organiser's image for an option; the response is its path, for the poll to name."""

from http import HTTPStatus

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.audit_log import AuditLog, PendingAuditEvent
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.audit_log import AuditAction
from contracts.images import ImageStored

from poll_service.adapters.images import ImageStore
from poll_service.config import UploadSettings
from poll_service.http import PROBLEMS, UPLOAD_IMAGE
from poll_service.use_cases.reencode_image import reencode

logger = Logger()
settings = UploadSettings.from_environment()
app = resolver(settings, PROBLEMS)
images = ImageStore.at(settings.images_bucket)
audit_log = AuditLog(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.audit_log_table)


@app.post("/admin/api/images")
@UPLOAD_IMAGE
def upload_image() -> Response[str]:
    """Re-encode and store the image, after an entry in the audit log; 201 with its path."""
    image = reencode(UPLOAD_IMAGE.read_image(app))
    # The path follows from the bytes: the same image sent again is the same submission.
    audit_log.add_once(PendingAuditEvent.by(app, AuditAction.IMAGE_STORED, image.path).entry(), image.path)
    images.save(image)
    logger.info("image stored", image=image.path, bytes=len(image.webp))
    stored = ImageStored(image=image.path, width=image.width, height=image.height)
    return json_answer(stored, HTTPStatus.CREATED, headers={"Location": image.path})


handler = entry_point(app, "UploadImage")
