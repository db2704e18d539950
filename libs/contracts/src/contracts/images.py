"""Images of options: the response to an organiser's upload."""

from pydantic import PositiveInt

from contracts.model import Contract
from contracts.polls import ImagePath


class ImageStored(Contract):
    """`POST /admin/api/images`: the path of the image, for `options.a.image`, and its size in pixels."""

    image: ImagePath
    width: PositiveInt
    height: PositiveInt
