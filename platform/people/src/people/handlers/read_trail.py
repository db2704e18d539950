"""Tell organisers who did what: everybody who signs in may see it, and nobody can change it."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from contracts.trail import TrailV2
from gateway.answer import json_answer
from gateway.aws import bounded
from gateway.entry_point import entry_point
from gateway.resolver import resolver

from people.adapters.aws import SDK
from people.adapters.trail import TrailReader
from people.config import ReadTrailSettings
from people.http import PROBLEMS, READ_TRAIL

settings = ReadTrailSettings.from_environment()
app = resolver(settings, PROBLEMS)
trail = TrailReader(bounded(boto3.client("dynamodb", config=SDK)), settings.trail_table)


@app.get("/admin/api/audit")
@READ_TRAIL
def read_trail() -> Response[str]:
    """Answer a page of the trail, of one poll or of everything, newest first."""
    wanted = READ_TRAIL.read(app)
    entries, more = trail.page(wanted.poll_id, wanted.limit, wanted.cursor, datetime.now(UTC))
    return json_answer(TrailV2(entries=entries, next_cursor=more))


handler = entry_point(app, "ReadTrail")
