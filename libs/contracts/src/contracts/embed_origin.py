"""The origin of a foreign page, as browsers spell it: headers contain it, so it has one spelling."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN: Final = re.compile(rf"https://{_LABEL}(?:\.{_LABEL})*(?::[1-9][0-9]{{0,4}})?")
_DEFAULT_PORT: Final = ":443"


def _one_spelling(text: str) -> str:
    origin = text.lower().removesuffix("/").removesuffix(_DEFAULT_PORT)
    if not _ORIGIN.fullmatch(origin):
        raise ValueError("write an origin such as https://example.org: https, a host, no path")
    return origin


HttpsOrigin = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_one_spelling)
]
