"""Cursor of the list: the end of a page, as opaque text."""

import base64
import json
from typing import Any

from contracts.ids import PollId
from contracts.model import Instant, format_instant
from pydantic import BaseModel, ConfigDict

from poll_service.adapters.poll_item import ENTITY, Item
from poll_service.domain.errors import BadCursor


class _Place(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_id: PollId
    created_at: Instant


def write_cursor(last: Item) -> str:
    """Return the cursor of the page that ends with this item."""
    place = {name: last[name]["S"] for name in _Place.model_fields}
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def read_cursor(cursor: str) -> dict[str, Any]:
    """Return the key after which the next page starts. Raises `BadCursor`."""
    try:
        place = _Place.model_validate_json(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise BadCursor from error
    return {
        "poll_id": {"S": place.poll_id},
        "entity": {"S": ENTITY},
        "created_at": {"S": format_instant(place.created_at)},
    }
