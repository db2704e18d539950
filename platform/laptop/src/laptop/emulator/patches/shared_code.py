"""Share unpacked function code; ministack unpacks a thousand files per process, half a second per cold start.

Lambda's code folder is read-only, so one copy serves all processes of all functions with the same zip, also
after a restart.
"""

import hashlib
import os
import shutil
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from ministack.core import lambda_runtime

UNUSED_SECONDS: Final = 24 * 3600

_unpacking = threading.Lock()


class SharedZip(zipfile.ZipFile):
    """A zip with an `extractall` that makes the target a symbolic link to the shared copy."""

    folder: Path

    def extractall(
        self,
        path: str | os.PathLike[str] | None = None,
        members: Iterable[str | zipfile.ZipInfo] | None = None,
        pwd: bytes | None = None,
    ) -> None:
        """Unpack once, then link; `path` must be an empty folder."""
        with Path(str(self.filename)).open("rb") as file:
            unpacked = self.folder / hashlib.file_digest(file, "sha256").hexdigest()
        with _unpacking:
            if not unpacked.exists():
                fresh = tempfile.mkdtemp(dir=self.folder)
                super().extractall(fresh, members, pwd)
                Path(fresh).rename(unpacked)
        os.utime(unpacked)
        target = Path(str(path))
        target.rmdir()
        target.symlink_to(unpacked)


def apply(folder: Path) -> None:
    """Keep unpacked code in `folder`, and delete copies that were unused for a day."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - UNUSED_SECONDS:
            shutil.rmtree(old)
    SharedZip.folder = folder
    lambda_runtime.zipfile = SimpleNamespace(ZipFile=SharedZip, BadZipFile=zipfile.BadZipFile)
