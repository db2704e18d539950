"""Spares what moto repeats for each execution of a workflow, and leaves out its pauses."""

from functools import cache
from types import SimpleNamespace

import boto3
import pytest
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker


def run_at_once(variables: pytest.MonkeyPatch) -> None:
    """Let `StartExecution` return when the execution has ended, and a retry follow without its pause.

    moto reads the ASL again for each execution, which is most of its time, and creates a client for each
    task. Both are done once: what was read keeps nothing of an execution.
    """
    clients = cache(lambda service, region: boto3.client(service, region_name=region))
    made_once = SimpleNamespace(
        client=lambda service_name, region_name, **_: clients(service_name, region_name)
    )
    variables.setattr(boto_client, "boto3", made_once)
    variables.setattr(AmazonStateLanguageParser, "parse", cache(AmazonStateLanguageParser.parse))
    variables.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None))
    variables.setattr(ExecutionWorker, "start", ExecutionWorker._execution_logic)
