"""Show an organiser all polls, newest first, page by page."""

from aws_lambda_powertools.event_handler import Response
from contracts.api import PollListV2
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.request import read
from gateway.resolver import resolver
from pydantic import BaseModel, ConfigDict, Field

from poll_service.config import HttpSettings
from poll_service.domain.clock import now
from poll_service.http import PROBLEMS
from poll_service.store.polls import PollsStore

settings = HttpSettings.from_environment()
app = resolver(settings, PROBLEMS)
polls = PollsStore.at(settings.polls_table)


class ListPolls(BaseModel):
    """What the query may say: how many polls, and from where on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int = Field(default=25, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=200)


@app.get("/admin/api/polls")
def list_polls() -> Response[str]:
    """Answer one page."""
    asked = read(ListPolls, app.current_event.query_string_parameters)
    page, next_cursor = polls.page(asked.limit, asked.cursor)
    moment = now()
    listed = tuple(poll.listed_at(moment) for poll in page)
    return json_answer(PollListV2(polls=listed, next_cursor=next_cursor))


handler = entry_point(app, "ListPolls")
