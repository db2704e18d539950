"""The emulator's root key pair: random, one per instance, in a file that only its owner can read.

The file is an AWS shared credentials file with the endpoint, so any AWS tool can use it as a profile.
"""

import configparser
import io
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from devkit.failure import Failure

from laptop.instance import REGION, Instance

PROFILE: Final = "this-or-that"


@dataclass(frozen=True)
class RootKey:
    """An access key that no policy limits."""

    access_key_id: str
    secret: str = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Generate a key. Its id does not have the form of an AWS key, so that secret scanners ignore it."""
        return cls(f"LOCALROOT{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30))

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read the key from its file.

        Raises:
            Failure: the file does not exist or has no key.
        """
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(file.read_text())
            profile = parser[PROFILE]
            return cls(profile["aws_access_key_id"], profile["aws_secret_access_key"])
        except (OSError, configparser.Error, KeyError) as error:
            raise Failure(
                f"{file} has no key of the emulator.",
                "Run ./dev down, then ./dev up: it writes a new one.",
            ) from error


def of(instance: Instance) -> RootKey:
    """Return the root key of an instance that was started before.

    Raises:
        Failure: the instance has no key.
    """
    return RootKey.read(instance.credentials_file)


def ensure(instance: Instance) -> RootKey:
    """Return the root key, generated at the first start; write its file with the current endpoint."""
    try:
        key = of(instance)
    except Failure:
        key = RootKey.generate()
    parser = configparser.ConfigParser(interpolation=None)
    parser[PROFILE] = {
        "aws_access_key_id": key.access_key_id,
        "aws_secret_access_key": key.secret,
        "region": REGION,
        "endpoint_url": instance.endpoint,
    }
    content = io.StringIO()
    parser.write(content)
    write_private(instance.credentials_file, content.getvalue())
    return key


def write_private(path: Path, content: str) -> None:
    """Write a file atomically that only its owner can read at any time."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(content)
    new.replace(path)
