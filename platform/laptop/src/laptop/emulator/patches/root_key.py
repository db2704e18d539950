"""Require a secret root key and check its signatures.

ministack treats a missing key, the key `test` and any account number as root, without a signature check. Here
one random key pair is root's, and its requests must be signed like all others.
"""

import sys
from dataclasses import replace
from typing import Any

from ministack.core import iam_evaluator

from laptop.emulator.root_key import RootKey


def apply(key: RootKey) -> None:
    """Make this key the only root key, and check its signatures."""
    is_root_before, resolve = iam_evaluator.is_root_access_key, iam_evaluator.resolve_credential

    def is_root(access_key_id: str) -> bool:
        return access_key_id == key.access_key_id

    def resolve_with_secret(access_key_id: str, *args: Any, **options: Any) -> Any:
        found = resolve(access_key_id, *args, **options)
        if is_root(access_key_id) and isinstance(found, iam_evaluator.ResolvedCredential):
            return replace(found, secret_access_key=key.secret)
        return found

    # ministack skips the signature check if this returns true.
    iam_evaluator._is_root_key = lambda _access_key_id: False
    for module in [module for name, module in sys.modules.items() if name.startswith("ministack.")]:
        for name, value in list(vars(module).items()):
            if value is is_root_before:
                setattr(module, name, is_root)
            elif value is resolve:
                setattr(module, name, resolve_with_secret)
