"""Single-use codes: minted for an organiser, returned once."""

from typing import Annotated, Final

from pydantic import Field, PositiveInt

from contracts.ids import Code, PollId
from contracts.model import Contract

MAX_CODES_AT_ONCE: Final = 5_000
"""A response of about 160 KB, and as many pages of codes as a browser prints in one go."""


class MintCodes(Contract):
    """`POST /admin/api/polls/{poll_id}/codes`: the number of single-use codes to mint."""

    count: Annotated[int, Field(strict=True, ge=1, le=MAX_CODES_AT_ONCE)]


class CodesMinted(Contract):
    """The minted codes, in no order. They are not stored: this response is the only copy.

    `minted` is the number of codes that the poll has, these included.
    """

    poll_id: PollId
    codes: tuple[Code, ...]
    minted: PositiveInt
