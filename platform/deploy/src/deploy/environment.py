"""One environment on AWS: its stacks in deploy order, their settings, Regions and present state."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from devkit.failure import Failure
from releases.version import version
from stacks.catalogue import Stack, in_deploy_order
from stacks.template import Json, read_template

from deploy.account import Account
from deploy.live_stack import LiveStack, read_stack
from deploy.origin_secret import current_version
from deploy.samconfig import SamConfig

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

EDGE_REGION: Final = "us-east-1"
"""CloudFront accepts certificates and firewalls of this Region only."""

DERIVED: Final = {
    "Environment", "SiteOrigin", "DomainName", "HostedZoneId", "CertificateArn", "WebAclArn",
    "OriginSecretVersion",
}  # fmt: skip
"""Parameters that the command decides itself; `--domain` names the domain."""

UNKNOWN_ORIGIN: Final = "https://not-deployed-yet.invalid"
"""Placeholder until the distribution exists and has an address. The name never resolves."""


@dataclass(frozen=True)
class Environment:
    """An environment in one account and Region.

    `domain` is the domain that the command names, if any, and `zone` its Route 53 zone in the account.
    `named` holds the parameters that the command names, for every stack that declares them.
    """

    name: str
    account: Account
    stacks: list[Stack]
    domain: str | None = None
    zone: str | None = None
    named: dict[str, str] = field(default_factory=dict)
    _clients: dict[str, "CloudFormationClient"] = field(default_factory=dict, repr=False, compare=False)

    def stack(self, name: str) -> Stack | None:
        """Return a stack by its name."""
        return next((stack for stack in self.stacks if stack.name == name), None)

    def config(self, stack: Stack) -> SamConfig:
        """Return the stack's section of its samconfig.toml."""
        return SamConfig.read(stack.folder, self.name)

    def region_of(self, stack: Stack) -> str:
        """Return the Region of a stack."""
        return EDGE_REGION if stack.name == "edge" else self.account.region

    def cloudformation(self, stack: Stack) -> "CloudFormationClient":
        """Return a client for the Region of a stack."""
        import boto3  # noqa: PLC0415 (slow to import)

        region = self.region_of(stack)
        if region not in self._clients:
            self._clients[region] = boto3.client("cloudformation", region_name=region)
        return self._clients[region]

    def read(self, stack: Stack) -> LiveStack | None:
        """Return the stack as it is now, or None if it does not exist."""
        return read_stack(self.cloudformation(stack), self.config(stack).stack_name)

    def live(self, name: str) -> LiveStack | None:
        """Return a stack by its name as it is now, or None if it does not exist."""
        stack = self.stack(name)
        return self.read(stack) if stack else None

    def site_url(self) -> str | None:
        """Return the address that the front end reports, or None before it exists."""
        frontend = self.live("frontend")
        return frontend.outputs.get("SiteUrl") if frontend else None

    def parameters(self, stack: Stack, site_origin: str | None = None) -> dict[str, str]:
        """Return all parameter values of a stack: SAM takes all of them or none on its command line.

        Values of the command have priority over those of samconfig.toml. A domain, its certificate and the
        firewall are kept when the command does not name them.
        """
        declared = stack.declared(
            {
                "Environment": self.name,
                "Release": version(),
                "SiteOrigin": site_origin or self.origin_of(stack),
            }
        )
        if "DomainName" in _declared(stack):
            declared |= stack.declared(self._edge(stack))
        platform = self.live("platform") if "OriginSecretVersion" in _declared(stack) else None
        if platform and (arn := platform.outputs.get("OriginSecretArn")):
            declared["OriginSecretVersion"] = current_version(arn, self.account.region)
        return declared | self.config(stack).parameters | stack.declared(self.named)

    def origin_of(self, stack: Stack) -> str:
        """Return the origin to deploy a stack with; only a stack that does not exist gets the placeholder."""
        if url := self.expected_url():
            return url
        live = self.read(stack)
        present = live.parameters.get("SiteOrigin") if live else None
        return present or UNKNOWN_ORIGIN

    def expected_url(self) -> str | None:
        """Return the site's address after a deployment of all stacks; None if only AWS can choose it."""
        if self.domain:
            return f"https://{self.domain}"
        frontend = self.stack("frontend")
        values = self._edge(frontend) | self.config(frontend).parameters if frontend else {}
        if values.get("DomainName") and values.get("CertificateArn"):
            return f"https://{values['DomainName']}"
        return self.site_url()

    def differing(self, url: str) -> list[tuple[Stack, str]]:
        """Return the stacks whose SiteOrigin is not `url`, each with its own."""
        found = ((stack, self.read(stack)) for stack in self.stacks if "SiteOrigin" in _declared(stack))
        return [
            (stack, live.parameters["SiteOrigin"])
            for stack, live in found
            if live and live.parameters.get("SiteOrigin", url) != url
        ]

    def _edge(self, stack: Stack) -> dict[str, str]:
        """Return the parameters of domain and firewall; values that the command does not name stay."""
        present, edge = self.read(stack), self.live("edge")
        values = dict.fromkeys(("DomainName", "HostedZoneId", "CertificateArn", "WebAclArn"), "")
        for known in (present.parameters if present else {}, edge.parameters | edge.outputs if edge else {}):
            values |= {name: known[name] for name in values if known.get(name)}
        if self.domain:
            values |= {"DomainName": self.domain, "HostedZoneId": self.zone or ""}
        return values


def all_stacks(root: Path) -> list[Stack]:
    """Return all stacks of an environment on AWS in deploy order: first the edge, which the laptop omits."""
    folder = root / "platform/edge"
    return [Stack("edge", folder, read_template(folder / "template.yaml")), *in_deploy_order(root)]


def choose(stacks: list[Stack], name: str) -> list[Stack]:
    """Return the stacks of one deployment: one by its name, or `all`.

    Raises:
        Failure: no stack has this name.
    """
    chosen = [stack for stack in stacks if name in {stack.name, "all"}]
    if not chosen:
        names = ", ".join(stack.name for stack in stacks)
        raise Failure(f"Unknown service {name}.", f"Services: {names}, all.", exit_status=2)
    return chosen


def _declared(stack: Stack) -> Json:
    declared: Json = stack.source.get("Parameters", {})
    return declared
