"""Images of options: their paths, and the response to an organiser's upload."""

from typing import Annotated

from pydantic import Field, PositiveInt

from contracts.model import Contract

ImagePath = Annotated[str, Field(pattern=r"^/images/[0-9a-f]{64}\.webp$")]
"""The path of an image: the SHA-256 of its bytes. The content of a path never changes."""


class ImageStored(Contract):
    """`POST /admin/api/images`: the path of the image, for `options.a.image`, and its size in pixels."""

    image: ImagePath
    width: PositiveInt
    height: PositiveInt
