"""`./dev screenshots`: take a picture of every state of every page, with an overview of them all.

The pages and the services are the real ones, as in the tests. All pictures go to `.dev/screenshots`, those of
`IN_DOCS` also to `docs/screenshots`.
"""

import io
import sys
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final, Literal

from devkit.checkout import ROOT
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize
from rich.console import Console
from rich.progress import track
from testkit.world import deployed_world
from testrunner.chromium import chromium

from .backend import Backend, two_options
from .dashboard_states import DASHBOARD_STATES, visit_dashboard
from .embed_states import EMBED_STATES, visit_embed
from .presenter_states import PRESENTER_STATES, visit_presenter
from .served_site import served_site
from .states import AT_REST, PHONE, STATES, State, visit
from .verify_states import VERIFY_STATES, visit_verify

FOLDER: Final = ROOT / ".dev" / "screenshots"
DOCS: Final = ROOT / "docs" / "screenshots"
PORT: Final = 8097
"""The site's port. It is fixed because the pictures contain the address, also in QR codes."""

DESKTOP: Final = ViewportSize(width=1280, height=800)
WIDTHS: Final = {"phone": 130, "desktop": 300}
"""Width of the pictures in the overview, in pixels."""
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
IN_DOCS: Final = (
    "voter/open-phone-light", "voter/open-desktop-dark", "voter/with-images-phone-light",
    "voter/opens-soon-phone-light", "voter/recorded-phone-light", "voter/recorded-phone-dark",
    "voter/already-voted-phone-light", "voter/closed-voted-phone-dark", "voter/closed-voted-desktop-light",
    "voter/hidden-until-closed-phone-light", "voter/code-needed-phone-light",
    "voter-in-arabic/open-phone-light",
    "voter-in-arabic/closed-voted-phone-dark", "organiser/first-use-phone-light",
    "organiser/draft-phone-light", "organiser/open-desktop-light", "organiser/open-phone-dark",
    "organiser/closed-desktop-dark", "organiser/codes-desktop-light", "organiser/form-filled-phone-light",
    "organiser/members-desktop-light", "organiser/audit-log-desktop-light", "presenter/open-desktop-dark",
    "presenter/keys-desktop-light", "presenter/closed-desktop-light",
    "embed/open-desktop-light", "embed/open-phone-dark", "verify/counted-phone-light",
    "verify/mistyped-phone-dark", "verify/certificate-desktop-light",
)  # fmt: skip
"""The pictures that stay in git."""
IN_ARABIC: Final = ("open", "busy", "recorded", "closed-voted", "code-wrong", "opens-soon")
SHARPNESS: Final = 1.5
"""Picture pixels per CSS pixel."""
COLOURS: Final = 128


@dataclass(frozen=True, slots=True)
class Scene:
    """One state of one page: the group of its pictures, and how to reach it."""

    group: str
    name: str
    open: AbstractContextManager[Page]

    def picture(self, size: str, theme: str) -> str:
        """Return the name of one picture."""
        return f"{self.group}/{self.name}-{size}-{theme}"


def scenes(browser: Browser, backend: Backend, site_url: str) -> list[Scene]:
    """Return every state of every group."""
    voter = partial(visit, browser, backend, site_url, device_scale_factor=SHARPNESS)
    dashboard = partial(visit_dashboard, browser, backend, site_url, device_scale_factor=SHARPNESS)
    embed = partial(visit_embed, browser, backend, site_url, device_scale_factor=SHARPNESS)
    verify = partial(visit_verify, browser, backend, site_url, device_scale_factor=SHARPNESS)
    presenter = partial(visit_presenter, browser, backend, site_url, device_scale_factor=SHARPNESS)
    return [
        *(Scene("voter", name, voter(state)) for name, state in STATES.items()),
        *(Scene("voter-in-arabic", name, voter(_in_arabic(name), locale="ar")) for name in IN_ARABIC),
        *(Scene("organiser", name, dashboard(state)) for name, state in DASHBOARD_STATES.items()),
        *(Scene("presenter", name, presenter(state)) for name, state in PRESENTER_STATES.items()),
        *(Scene("verify", name, verify(state)) for name, state in VERIFY_STATES.items()),
        *(Scene("embed", name, embed(state)) for name, state in EMBED_STATES.items()),
    ]


def _in_arabic(name: str) -> State:
    state, words = (
        STATES[name],
        {"question": "إلى أين نذهب هذا الصيف؟", "options": two_options("الجبال", "البحر")},
    )
    facts = state.poll or dict
    return replace(state, poll=lambda: words | facts())


def shoot(scene: Scene) -> Iterator[tuple[str, Image.Image]]:
    """Take a scene's pictures: one page load for both sizes and both themes."""
    with scene.open as page:
        for size, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
            page.set_viewport_size(viewport)
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                page.wait_for_function(AT_REST)
                shot = page.screenshot(scale="device" if size == "phone" else "css")
                yield scene.picture(size, theme), Image.open(io.BytesIO(shot)).convert("RGB")


def store(path: Path, picture: Image.Image) -> None:
    """Write a picture, small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    flat = picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
    flat.save(path, "WEBP", lossless=True, quality=60, method=3)


def sheet(pictures: Collection[str]) -> str:
    """Return the overview page of these pictures, named as in `IN_DOCS`."""
    lines = ["# Screenshots", "", "Taken by `./dev screenshots` from the pages themselves."]
    for group, names in groupby(sorted(pictures), key=lambda name: name.partition("/")[0]):
        lines += ["", f"## {group.replace('-', ' ').capitalize()}", ""]
        for name in names:
            said = name.partition("/")[2].replace("-", " ")
            width = next(width for size, width in WIDTHS.items() if size in name)
            lines.append(f'<img src="{name}.webp" width="{width}" alt="{said}" title="{said}">')
    return "\n".join(lines) + "\n"


def main() -> None:
    """Take all pictures, or those of the groups in the arguments; delete pictures of removed states."""
    console = Console(file=sys.stdout, highlight=False)
    wanted = sys.argv[1:]
    taken = []
    with (
        served_site(port=PORT) as site_url,
        deployed_world() as world,
        chromium() as browser,
        redirect_stdout(io.StringIO()),  # functions write their metrics to stdout
    ):
        everything = scenes(browser, Backend.on(world), site_url)
        chosen = [scene for scene in everything if not wanted or scene.group in wanted]
        for scene in track(chosen, "taking pictures", console=console):
            for name, picture in shoot(scene):
                taken.append(name)
                for folder in (FOLDER, DOCS) if name in IN_DOCS else (FOLDER,):
                    store(folder / f"{name}.webp", picture)
    groups = {scene.group for scene in chosen}
    missing = [name for name in IN_DOCS if name.partition("/")[0] in groups and name not in taken]
    for folder, names in ((FOLDER, taken), (DOCS, IN_DOCS)):
        for path in folder.rglob("*.webp"):
            if path.parent.name in groups and f"{path.parent.name}/{path.stem}" not in names:
                path.unlink()
        found = {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.webp")}
        (folder / "README.md").write_text(sheet(found), encoding="utf-8")
    console.print(f"{len(taken)} pictures in .dev/screenshots, {len(IN_DOCS)} of all in docs/screenshots")
    if missing:
        sys.exit(f"No state of these pictures exists: {', '.join(missing)}. Correct IN_DOCS.")


if __name__ == "__main__":
    main()
