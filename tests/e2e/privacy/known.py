"""The secrets and personal data that the stack stores, each with the one place where it belongs."""

import json
from collections.abc import Iterator

from laptop.aws import client
from laptop.instance import ENVIRONMENT, Instance

from .identity import Identity

_VOTES = f"tot-{ENVIRONMENT}-votes-log"
_VOTING = f"tot-{ENVIRONMENT}-voting-state"


def known_to_the_stack(instance: Instance) -> Iterator[Identity]:
    """Yield all secrets, each poll's salt, and each vote's voter key, token hash and receipt."""
    yield from _secrets(instance)
    scan = client(instance, "dynamodb").get_paginator("scan")
    for page in scan.paginate(TableName=_VOTES, ConsistentRead=True):
        for item in page["Items"]:
            yield Identity("voter key", item["sk"]["S"].encode(), (f"table {_VOTES}",))
            yield Identity("voter token hash", item["voter_token"]["S"].encode(), (f"table {_VOTES}",))
            yield Identity("receipt", item["receipt"]["S"].encode(), (f"table {_VOTES}",))
    for page in scan.paginate(TableName=_VOTING, ConsistentRead=True):
        for item in page["Items"]:
            if "salt" in item:
                yield Identity("salt of a poll", bytes(item["salt"]["B"]), (f"table {_VOTING}",))


def _secrets(instance: Instance) -> Iterator[Identity]:
    secrets = client(instance, "secretsmanager")
    for page in secrets.get_paginator("list_secrets").paginate():
        for secret in page["SecretList"]:
            values = json.loads(secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"])
            # The id of the key in use is not a secret; the origin secret's own value has the same field name.
            sensitive = {value for value in values.values() if value and value not in values}
            yield from (Identity(f"secret {secret['Name']}", value.encode()) for value in sorted(sensitive))
