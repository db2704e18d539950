"""Speeds up moto's Step Functions: no repeated parsing, no pauses."""

from functools import cache
from types import SimpleNamespace

import boto3
import pytest
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker


def run_at_once(variables: pytest.MonkeyPatch) -> None:
    """Make `StartExecution` return at the end of the execution, and retries follow without a pause.

    moto parses the ASL again for each execution, which takes most of its time, and creates a client for each
    task. Both are cached here: the parsed program has no state of an execution.
    """
    clients = cache(lambda service, region: boto3.client(service, region_name=region))
    made_once = SimpleNamespace(
        client=lambda service_name, region_name, **_: clients(service_name, region_name)
    )
    variables.setattr(boto_client, "boto3", made_once)
    variables.setattr(AmazonStateLanguageParser, "parse", cache(AmazonStateLanguageParser.parse))
    variables.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None))
    variables.setattr(ExecutionWorker, "start", ExecutionWorker._execution_logic)
