"""Single-use codes: asked for by an organiser, handed out once."""

from typing import Annotated, Final

from pydantic import Field, PositiveInt

from contracts.ids import Code, PollId
from contracts.model import Contract

MAX_CODES_AT_ONCE: Final = 5_000
"""About 160 KB of answer, and as many pages' worth of codes as a browser prints in one go."""


class MintCodes(Contract):
    """`POST /admin/api/polls/{poll_id}/codes`: how many single-use codes are wanted."""

    count: Annotated[int, Field(strict=True, ge=1, le=MAX_CODES_AT_ONCE)]


class CodesMinted(Contract):
    """The codes, in no order. They are kept nowhere: this answer is the only one that has them.

    `minted` is how many the poll has by now, these included.
    """

    poll_id: PollId
    codes: tuple[Code, ...]
    minted: PositiveInt
