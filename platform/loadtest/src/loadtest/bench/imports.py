"""Benchmark: import of the functions on the way of a vote, beside a script that makes the same boto3 clients.

A function is imported from its build artifact, with only the packages of the Lambda runtime. The measure is
processor time, so other programs change it little.
"""

import os
import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devkit.failure import Failure
from laptop.instance import Instance
from stacks.catalogue import logical_id_of
from stacks.resolver import Resolver

RUNTIME: Final = (
    "boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3", "certifi",
)  # fmt: skip
CLIENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "issue_voter_token": ("dynamodb",),
    "vote_wrapper": ("dynamodb", "stepfunctions", "dynamodb"),
    "validate_vote": ("dynamodb",),
    "count_votes": ("dynamodb", "sqs"),
    "results_stream_handler": ("dynamodb", "sqs"),
}
"""The functions on the way of a vote, with the clients that each makes at its import."""

MAX_PACKAGE_BYTES: Final = 6 * 2**20
MAX_BYTES_WITH_CURL: Final = 13 * 2**20
"""realtime-service posts with libcurl, whose wheel has its own libraries (ADR 46)."""

_COUNT: Final = "\nimport sys; print(len(sys.modules))"


@dataclass(frozen=True, slots=True)
class Import:
    """The package of a function, zipped, its modules, and the CPU seconds of imports: medians."""

    function: str
    package_bytes: int
    modules: int
    bare_modules: int
    cpu: float
    bare_cpu: float

    @property
    def ratio(self) -> float:
        """CPU of the function's import, divided by that of the bare script's."""
        return self.cpu / self.bare_cpu

    @property
    def as_claimed(self) -> bool:
        """Whether the package is small enough."""
        return self.package_bytes <= max_bytes_of(self.function)


def max_bytes_of(function: str) -> int:
    """Return the maximum size of a function's package."""
    return MAX_BYTES_WITH_CURL if function == "results_stream_handler" else MAX_PACKAGE_BYTES


def measure(instance: Instance, rounds: int) -> list[Import]:
    """Measure all functions, each in turn with its bare script.

    Raises:
        Failure: the functions are not built.
    """
    resolver = Resolver()
    found = []
    with lambda_runtime() as runtime:
        for slug, clients in CLIENTS.items():
            stack = resolver.stack_of(slug)
            artifact = instance.builds / stack.name / "built" / logical_id_of(slug)
            if not artifact.is_dir():
                raise Failure(f"{slug} is not built.", "Build the stacks: ./dev up")
            bare = "import boto3\n" + "\n".join(f"boto3.client({client!r})" for client in clients)
            imported, settings = f"import {stack.package}.handlers.{slug}", resolver.environment(slug)
            pairs = [
                (run(imported, (artifact, runtime), settings), run(bare, (runtime,), {}))
                for _ in range(rounds)
            ]
            found.append(
                Import(
                    slug,
                    zipped_bytes(artifact),
                    pairs[0][0][1],
                    pairs[0][1][1],
                    statistics.median(function[0] for function, _ in pairs),
                    statistics.median(script[0] for _, script in pairs),
                )
            )
    return found


def run(code: str, path: tuple[Path, ...], settings: Mapping[str, str]) -> tuple[float, int]:
    """Run code in a new process with these folders alone; return its CPU seconds and number of modules.

    Raises:
        Failure: the process failed; with its error.
    """
    environment = {
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_LAMBDA_FUNCTION_NAME": "function", "PYTHONPATH": os.pathsep.join(map(str, path)),
        **settings,
    }  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-S", "-c", code + _COUNT],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise Failure("An import failed.", done.stderr)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, int(done.stdout.splitlines()[-1])


@contextmanager
def lambda_runtime() -> Iterator[Path]:
    """Yield a folder with only the packages of the Lambda runtime."""
    installed = Path(sysconfig.get_path("purelib"))
    with tempfile.TemporaryDirectory() as made:
        for name in RUNTIME:
            (Path(made) / name).symlink_to(installed / name)
        yield Path(made)


def zipped_bytes(artifact: Path) -> int:
    """Return the size of a function's package, as it is uploaded."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            for path in sorted(artifact.rglob("*")):
                if path.is_file():
                    package.write(path, path.relative_to(artifact))
        return file.seek(0, os.SEEK_END)
