"""The environment under test: its site, its AWS clients, and the commands that help after a failure."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from contracts.stack_exports import Service
from deploy.account import choose_region
from deploy.live_stack import LiveStack, read_stack
from deploy.samconfig import SamConfig
from devkit.checkout import ROOT
from devkit.failure import Failure
from devkit.time_limits import slowness
from laptop import aws as laptop_aws
from laptop.instance import ENVIRONMENT, REGION, running_instance
from laptop.seed import demo_poll, organiser

EFFECT_SECONDS: Final = 30.0
"""Maximum wait for an effect that takes a second or two, so that a cold start fails no step."""


@dataclass(frozen=True)
class Environment:
    """One deployed environment. Steps differ between AWS and the laptop only by these values."""

    name: str
    region: str
    client: Callable[[str], Any]
    """Returns the boto3 client of an AWS service."""
    on_aws: bool = True
    patience: float = EFFECT_SECONDS
    demo_question: str | None = None
    """The question of a poll that the test may close: the laptop's demo poll."""
    restore: Callable[[], object] = lambda: None
    """Runs after the test; opens the demo poll again."""

    @cached_property
    def site(self) -> str:
        """The site's origin. Raises `Failure`."""
        site = self.outputs(Service.FRONTEND).get("SiteUrl")
        if site is None:
            raise Failure("The frontend's stack has no output SiteUrl.", self.deploy_command("frontend"))
        return site.rstrip("/")

    @cached_property
    def stacks(self) -> dict[str, LiveStack]:
        """The stacks of the environment that exist, by name of the service."""
        cloudformation = self.client("cloudformation")
        found = {one.value: read_stack(cloudformation, f"tot-{self.name}-{one.value}") for one in Service}
        return {service: stack for service, stack in found.items() if stack is not None}

    @cached_property
    def _resources(self) -> dict[str, list[dict[str, str]]]:
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        return {
            service: [
                resource
                for page in pages.paginate(StackName=stack.name)
                for resource in page["StackResourceSummaries"]
                if not resource["ResourceStatus"].startswith("DELETE")
            ]
            for service, stack in self.stacks.items()
        }

    def outputs(self, service: Service) -> dict[str, str]:
        """Return a stack's outputs; empty if the stack does not exist."""
        stack = self.stacks.get(service.value)
        return stack.outputs if stack else {}

    def resources(self, kind: str) -> dict[str, str]:
        """Return the physical ids of all resources of a type, by `service.LogicalId`."""
        return {
            f"{service}.{resource['LogicalResourceId']}": resource["PhysicalResourceId"]
            for service, resources in self._resources.items()
            for resource in resources
            if resource["ResourceType"] == kind
        }

    @cached_property
    def origins(self) -> dict[str, dict[str, Any]]:
        """The distribution's origins by id: `address`, and the value of `secret` that it sends."""
        distribution = self.outputs(Service.FRONTEND)["DistributionId"]
        answer = self.client("cloudfront").get_distribution_config(Id=distribution)
        return {
            origin["Id"]: {"address": _address(origin), "secret": _secret_header(origin)}
            for origin in answer["DistributionConfig"]["Origins"]["Items"]
            if "CustomOriginConfig" in origin
        }

    def deploy_command(self, service: str) -> str:
        """Return the command that deploys a stack again; on the laptop `up` deploys changed stacks only."""
        if not self.on_aws:
            return "./dev up --fresh, which deletes polls and votes"
        return f"./dev deploy {service} --env {self.name}"

    def logs_command(self, function: str) -> str:
        """Return the command that shows a function's log."""
        if not self.on_aws:
            return f"./dev logs {function}"
        return f"aws logs tail /aws/lambda/tot-{self.name}-{function} --since 15m --region {self.region}"


def local() -> Environment:
    """Return the running stack of the laptop. Raises `Failure` if it does not run."""
    instance = running_instance()
    account = organiser.load(instance) if instance else None
    if instance is None or account is None:
        raise Failure("The stack is not running.", "Start it: ./dev up")
    return Environment(
        ENVIRONMENT,
        REGION,
        lambda service: laptop_aws.client(instance, service),
        on_aws=False,
        patience=EFFECT_SECONDS * slowness(),
        demo_question=demo_poll.DEMO.question,
        restore=lambda: demo_poll.ensure(instance, account),
    )


def deployed(name: str, region: str | None = None) -> Environment:
    """Return an environment on AWS, in the Region that a deployment would use. Raises `Failure`."""
    import boto3  # noqa: PLC0415 (slow to import)
    from botocore.config import Config  # noqa: PLC0415

    configured = SamConfig.read(ROOT / "services" / "frontend", name).region
    chosen = choose_region(region, os.environ, {configured} if configured else set())
    session = boto3.Session(region_name=chosen)
    config = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=5, read_timeout=30)
    return Environment(
        name,
        chosen,
        lambda service: session.client(service, config=config),  # type: ignore[call-overload]
    )


def _address(origin: dict[str, Any]) -> str:
    custom = origin["CustomOriginConfig"]
    host = origin["DomainName"] + origin.get("OriginPath", "")
    if custom["OriginProtocolPolicy"] == "https-only":
        return f"https://{host}"
    return f"http://{origin['DomainName']}:{custom['HTTPPort']}{origin.get('OriginPath', '')}"


def _secret_header(origin: dict[str, Any]) -> str | None:
    headers = origin.get("CustomHeaders", {}).get("Items", [])
    return next((h["HeaderValue"] for h in headers if h["HeaderName"].lower() == "x-origin-verify"), None)
