"""The emulator's root key pair: random, one per instance, in a file that only its owner can read.

The file is an AWS shared credentials file with the endpoint in it, so any AWS tool can use it as a profile.
"""

import configparser
import io
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from devstack.failure import Failure
from devstack.instance import REGION, Instance

PROFILE: Final = "this-or-that"


@dataclass(frozen=True)
class RootKey:
    """An access key that no policy limits."""

    access_key_id: str
    secret: str = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make a new key. Its id has the form of no key of AWS, so that no scanner takes it for one."""
        return cls(f"LOCALROOT{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30))

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read the key from its file.

        Raises:
            Failure: there is no such file, or no key in it.
        """
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(file.read_text())
            profile = parser[PROFILE]
            return cls(profile["aws_access_key_id"], profile["aws_secret_access_key"])
        except (OSError, configparser.Error, KeyError) as error:
            raise Failure(
                f"The emulator's key is not in {file}.",
                "./dev down, then ./dev up writes a new one.",
            ) from error


def of(instance: Instance) -> RootKey:
    """Return the root key of an instance that was started before.

    Raises:
        Failure: it has none.
    """
    return RootKey.read(instance.credentials_file)


def ensure(instance: Instance) -> RootKey:
    """Return the instance's root key, made at its first start; write the file with the current endpoint."""
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
    """Write a file that only its owner can read, at no moment anyone else; replace it at once."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(content)
    new.replace(path)
