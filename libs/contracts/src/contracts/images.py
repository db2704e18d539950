"""Pictures of options: what an organiser's upload is answered with."""

from pydantic import PositiveInt

from contracts.model import Contract
from contracts.polls import ImagePath


class ImageStored(Contract):
    """`POST /admin/api/images`: where the picture is, for `options.a.image`, and its size in pixels."""

    image: ImagePath
    width: PositiveInt
    height: PositiveInt
