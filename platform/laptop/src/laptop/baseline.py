"""The literal design of the brief on a running stack: only benchmarks deploy it."""

from typing import Final

from deploy.sam.process import SamProcess
from devkit.checkout import ROOT
from devkit.progress import Progress
from stacks.catalogue import Stack
from stacks.template import read_template

from laptop.aws import client, outputs
from laptop.deployment import LocalDeployment
from laptop.instance import ENVIRONMENT, Instance

NAME: Final = "literal"


def deploy_baseline(instance: Instance, poll_id: str, progress: Progress) -> str:
    """Deploy the literal design if it is not there, open a new poll, and return the address of its API."""
    folder = ROOT / "platform" / NAME
    stack = Stack(NAME, folder, read_template(folder / "template.yaml"))
    LocalDeployment(instance, SamProcess(instance.state / "sam"), progress).deploy([stack])
    set_status(instance, poll_id, "open")
    # Not deleted: the stream handler fails on the record of a deletion, and would be retried for a day.
    client(instance, "dynamodb").put_item(
        TableName=f"tot-{ENVIRONMENT}-{NAME}-game-results", Item={"poll_id": {"S": poll_id}}
    )
    api = outputs(instance, stack.name_in(ENVIRONMENT))["ApiId"]
    return f"{instance.endpoint}/_aws/execute-api/{api}/$default"


def set_status(instance: Instance, poll_id: str, status: str) -> None:
    """Open or close a poll of the literal design, in its table."""
    item = {"poll_id": {"S": poll_id}, "status": {"S": status}}
    client(instance, "dynamodb").put_item(TableName=f"tot-{ENVIRONMENT}-{NAME}-polls", Item=item)
