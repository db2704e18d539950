"""`./dev screenshots`: write a picture of every state to docs/screenshots, with an overview page.

The pages and the services are the real ones, as in the tests. A picture that looks as before is not written
again, so that a commit contains changed pictures only.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Literal

from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from rich.console import Console
from rich.progress import track
from testkit.world import deployed_world

from .backend import Backend, two_options
from .conftest import ARGUMENTS, CHROMIUM
from .dashboard_states import DASHBOARD_STATES, visit_dashboard
from .embed_states import EMBED_STATES, visit_embed
from .presenter_states import PRESENTER_STATES, visit_presenter
from .served_site import served_site
from .states import AT_REST, PHONE, STATES, State, visit

FOLDER: Final = Path(__file__).resolve().parents[4] / "docs" / "screenshots"
PORT: Final = 8097
"""The site's port. It is fixed because the pictures contain the address, also in QR codes."""

DESKTOP: Final = ViewportSize(width=1280, height=800)
WIDTHS: Final = {"phone": 130, "desktop": 300}
"""Width of the pictures in the overview, in pixels."""
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
IN_ARABIC: Final = ("open", "busy", "recorded", "closed-voted", "code-wrong", "opens-soon")
SHARPNESS: Final = 1.5
"""Picture pixels per CSS pixel."""
COLOURS: Final = 128
VISIBLE: Final = 48
SAME: Final = 0.004
"""The share of pixels that a clock, a countdown or a random number may change."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One state of one page: the group of its pictures, and how to reach it."""

    group: str
    name: str
    open: AbstractContextManager[Page]

    def picture(self, size: str, theme: str) -> str:
        """Return the file name of one picture."""
        return f"{self.group}/{self.name}-{size}-{theme}.webp"


def scenes(browser: Browser, backend: Backend, site_url: str) -> list[Scene]:
    """Return every state of every group."""
    voter = partial(visit, browser, backend, site_url, device_scale_factor=SHARPNESS)
    dashboard = partial(visit_dashboard, browser, backend, site_url, device_scale_factor=SHARPNESS)
    embed = partial(visit_embed, browser, backend, site_url, device_scale_factor=SHARPNESS)
    presenter = partial(visit_presenter, browser, backend, site_url, device_scale_factor=SHARPNESS)
    return [
        *(Scene("voter", name, voter(state)) for name, state in STATES.items()),
        *(Scene("voter-in-arabic", name, voter(_in_arabic(name), locale="ar")) for name in IN_ARABIC),
        *(Scene("organiser", name, dashboard(state)) for name, state in DASHBOARD_STATES.items()),
        *(Scene("presenter", name, presenter(state)) for name, state in PRESENTER_STATES.items()),
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


def keep(path: Path, picture: Image.Image) -> bool:
    """Write a picture unless the existing one looks the same; return whether it was written."""
    if path.exists():
        with Image.open(path) as before:
            if _same(before.convert("RGB"), picture):
                return False
    path.parent.mkdir(parents=True, exist_ok=True)
    flat = picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
    flat.save(path, "WEBP", lossless=True, quality=60, method=3)
    return True


def _same(before: Image.Image, after: Image.Image) -> bool:
    if before.size != after.size:
        return False
    difference = ImageChops.difference(before, after).convert("L").histogram()
    return sum(difference[VISIBLE:]) <= SAME * after.width * after.height


def sheet(all_scenes: list[Scene]) -> str:
    """Return the overview page of all pictures."""
    lines = [
        "# Every state of every page",
        "",
        "Made by `./dev screenshots` from the pages themselves; phone and desktop, light and dark.",
    ]
    for group in dict.fromkeys(scene.group for scene in all_scenes):
        lines += [
            "",
            f"## {group.replace('-', ' ').capitalize()}",
            "",
            "| state | phone | | desktop | |",
            "|---|---|---|---|---|",
        ]
        for scene in all_scenes:
            if scene.group == group:
                cells = [_image(scene, size, theme) for size in WIDTHS for theme in THEMES]
                lines.append(f"| {scene.name.replace('-', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _image(scene: Scene, size: str, theme: str) -> str:
    width, said = WIDTHS[size], f"{scene.name.replace('-', ' ')}, {size}, {theme}"
    return f'<img src="{scene.picture(size, theme)}" width="{width}" alt="{said}">'


def main() -> None:
    """Take all pictures, or those of the groups in the arguments; delete pictures of removed states."""
    console = Console(highlight=False)
    wanted = sys.argv[1:]
    written, kept = 0, set()
    with served_site(port=PORT) as site_url, deployed_world() as world, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        everything = scenes(browser, Backend.on(world), site_url)
        chosen = [scene for scene in everything if not wanted or scene.group in wanted]
        for scene in track(chosen, "taking pictures", console=console):
            for name, picture in shoot(scene):
                kept.add(FOLDER / name)
                written += keep(FOLDER / name, picture)
        browser.close()
    groups = {scene.group for scene in chosen}
    gone = [path for path in FOLDER.rglob("*.webp") if path not in kept and path.parent.name in groups]
    for path in gone:
        path.unlink()
    (FOLDER / "README.md").write_text(sheet(everything), encoding="utf-8")
    size = sum(path.stat().st_size for path in kept) / 1_000_000
    console.print(f"{len(kept)} pictures, {size:.1f} MB: {written} written, {len(gone)} removed")


if __name__ == "__main__":
    main()
