"""Checks before a deployment: any cause that would stop it halfway stops it before anything is created."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure
from frontend.adapters.logo import download
from frontend.domain.brand import InvalidBrandError, logo_name, style_sheet
from stacks.catalogue import Stack

from deploy.domain import DnsRecord, present_records, validation_record
from deploy.environment import DERIVED, Environment
from deploy.quotas import Counts, Inventory, reserved_executions
from deploy.retained import leftovers

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import AccountLimitTypeDef

EXECUTIONS_PER_VOTE: Final = 2
"""The function of the API and that of the workflow."""
FEW_VOTES_AT_ONCE: Final = 50
_THRESHOLD: Final = "ConcurrencyAlarmThreshold"
_UNRESERVED: Final = 100
"""Concurrent executions that Lambda does not let an account reserve."""


def preflight(environment: Environment, chosen: list[Stack], account: str | None = None) -> list[str]:
    """Return warnings about a deployment of the chosen stacks.

    Raises:
        Failure: something would stop the deployment; all causes at once, each with the next command.
    """
    problems = [
        *_wrong_account(environment, account),
        *(problem for stack in chosen for problem in _unknown_parameters(environment, stack)),
        *_unknown_names(environment, chosen),
        *(problem for stack in chosen for problem in _refused_values(environment, stack)),
        *(problem for stack in environment.stacks for problem in _state(environment, stack, chosen)),
        *_moved_site(environment, chosen),
        *_record_exists(environment),
    ]
    if not problems:
        problems = [problem for stack in chosen for problem in _left_over(environment, stack)]
    warnings, refusals = _quota(environment, chosen)
    if problems := [*problems, *refusals]:
        raise Failure(f"{environment.name} cannot be deployed now. Nothing was changed.", "\n".join(problems))
    return warnings


def _wrong_account(environment: Environment, account: str | None) -> Iterator[str]:
    if account not in {None, environment.account.number}:
        yield (
            f"- The credentials are those of account {environment.account.number}, not of {account}. "
            "Sign in to the other account, or set AWS_PROFILE."
        )


def _unknown_parameters(environment: Environment, stack: Stack) -> Iterator[str]:
    config, declared = environment.config(stack), stack.source.get("Parameters", {})
    for name in config.parameters:
        if name not in declared:
            near = get_close_matches(name, declared, 1)
            hint = f"; did you mean {near[0]}?" if near else f". It has {', '.join(declared)}."
            yield f"- {config.path}: the template of {stack.name} has no parameter {name}{hint}"


def _unknown_names(environment: Environment, chosen: list[Stack]) -> Iterator[str]:
    declared = {name for stack in chosen for name in stack.source.get("Parameters", {})} - DERIVED
    for name in environment.named:
        if name not in declared:
            near = get_close_matches(name, declared, 1)
            hint = f"; did you mean {near[0]}?" if near else f". They have {', '.join(sorted(declared))}."
            yield f"- --parameter {name}: the stacks to deploy have no such parameter to set{hint}"


def _settings(environment: Environment, stack: Stack) -> dict[str, str]:
    """Return the parameters that the command or samconfig.toml sets."""
    return environment.config(stack).parameters | stack.declared(environment.named)


def _refused_values(environment: Environment, stack: Stack) -> Iterator[str]:
    settings, declared = _settings(environment, stack), stack.source.get("Parameters", {})
    refused = False
    for name, value in settings.items():
        rule = declared.get(name, {})
        pattern, allowed = rule.get("AllowedPattern", ".*"), rule.get("AllowedValues", [value])
        if not re.fullmatch(pattern, value, re.DOTALL):
            refused = True
            hint = f". {rule['Description']}" if "Description" in rule else ""
            yield f"- {name}: {value!r} does not match {pattern}{hint}"
        elif value not in map(str, allowed):
            refused = True
            yield f"- {name}: {value!r} is none of {', '.join(map(str, allowed))}"
    if not refused:
        yield from _refused_brand(environment, stack, settings)


def _refused_brand(environment: Environment, stack: Stack, settings: dict[str, str]) -> Iterator[str]:
    """Yield why the function that publishes the site would refuse a brand that is set now."""
    if any(settings.get(name) for name in ("BrandColourA", "BrandColourB")):
        live = environment.read(stack)
        values = (live.parameters if live else {}) | settings
        named = {"a": values.get("BrandColourA"), "b": values.get("BrandColourB")}
        try:
            style_sheet({name: colour for name, colour in named.items() if colour}, None)
        except InvalidBrandError as error:
            yield f"- {error}."
    if address := settings.get("BrandLogo"):
        try:
            logo_name(download(address))
        except InvalidBrandError as error:
            yield f"- {error}."


def _state(environment: Environment, stack: Stack, chosen: list[Stack]) -> Iterator[str]:
    if stack not in chosen and stack.name not in {need for one in chosen for need in one.needs}:
        return
    live = environment.read(stack)
    if live and not live.is_ready:
        yield f"- {live.name} is in {live.status}. {live.remedy(environment.region_of(stack))}"
        domain = live.parameters.get("DomainName") if stack.name == "edge" else ""
        if domain and (record := _pending_record(domain)):
            yield f"  Its certificate waits for this record in the zone of {domain}:\n  {record}"
    elif live is None and stack not in chosen:
        yield (
            f"- {stack.name} does not exist, and the stack to deploy imports from it. Deploy it first:\n"
            f"  ./dev deploy {stack.name} --env {environment.name}"
        )


def _pending_record(domain: str) -> DnsRecord | None:
    """Return the record of a pending certificate; it is advice, so an error of ACM hides only the record."""
    try:
        return validation_record(domain)
    except (BotoCoreError, ClientError):
        return None


def _moved_site(environment: Environment, chosen: list[Stack]) -> Iterator[str]:
    present, expected = environment.site_url(), environment.expected_url()
    moves = environment.domain is not None or any(stack.name == "frontend" for stack in chosen)
    others = any(
        "SiteOrigin" in stack.declared({"SiteOrigin": ""})
        for stack in environment.stacks
        if stack not in chosen
    )
    if present and moves and others and present != expected:
        yield (
            f"- The site would move from {present} to {expected}, and stacks that are not deployed with it "
            f"would reject its requests. Deploy all of them:\n  ./dev deploy all --env {environment.name}"
        )


def _record_exists(environment: Environment) -> Iterator[str]:
    domain, zone = environment.domain, environment.zone
    frontend = environment.live("frontend")
    present = frontend.parameters if frontend else {}
    ours = (present.get("DomainName"), present.get("HostedZoneId")) == (domain, zone)
    if domain and zone and not ours and (found := present_records(domain, zone)):
        yield (
            f"- The zone {zone} already has {', '.join(found)}, which another site may use. "
            "Delete it, or choose another domain."
        )


def _left_over(environment: Environment, stack: Stack) -> Iterator[str]:
    if environment.read(stack) is None and (found := leftovers(environment, stack)):
        commands = "\n".join(f"  {resource.removal}" for resource in found)
        yield (
            f"- Stack {stack.name} does not exist, but the names of {len(found)} of its resources are taken: "
            "an earlier stack left them. Export data that you need. These commands delete the data:\n"
            f"{commands}\n"
            f"  For all stacks of the environment: ./dev destroy --env {environment.name} --everything"
        )


def _quota(environment: Environment, chosen: list[Stack]) -> tuple[list[str], list[str]]:
    region = environment.account.region
    try:
        limit = lambda_limits(region)["ConcurrentExecutions"]
    except (BotoCoreError, ClientError) as error:
        return [f"The quota of concurrent Lambda executions was not checked: {error}"], []
    request = (
        "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 "
        f"--desired-value 1000 --region {region}"
    )
    reserved = _reserved(environment, chosen)
    if reserved and sum(reserved.values()) > limit - _UNRESERVED:
        return [], [
            f"- VotingConcurrency reserves {sum(reserved.values())} executions for {len(reserved)} "
            f"functions, but of this account's {limit} concurrent ones {_UNRESERVED} cannot be reserved. "
            f"Set it to 0, or request more:\n  {request}"
        ]
    warnings = [warning for stack in chosen for warning in _alarm_threshold(environment, stack, limit)]
    if limit < FEW_VOTES_AT_ONCE * EXECUTIONS_PER_VOTE:
        warnings.append(
            f"This account may run {limit} functions at once, as new accounts do: a vote holds "
            f"{EXECUTIONS_PER_VOTE}, so over {limit // EXECUTIONS_PER_VOTE} votes at once are throttled. "
            f"Request more:\n  {request}"
        )
    return warnings, []


def _alarm_threshold(environment: Environment, stack: Stack, limit: int) -> Iterator[str]:
    """Yield a warning if the alarm on the account's concurrency has another threshold than 80 % of it."""
    if _THRESHOLD not in stack.source.get("Parameters", {}):
        return
    live = environment.read(stack)
    values = environment.config(stack).parameters | environment.named
    default = stack.source["Parameters"][_THRESHOLD]["Default"]
    threshold = values.get(_THRESHOLD) or (live.parameters if live else {}).get(_THRESHOLD) or default
    if int(threshold) != (wanted := limit * 8 // 10):
        yield (
            f"The alarm on concurrent executions begins at {threshold}, and 80 % of this account's {limit} "
            f"are {wanted}. Pass --parameter {_THRESHOLD}={wanted}."
        )


def _reserved(environment: Environment, chosen: list[Stack]) -> Counts:
    settings = {stack.name: _settings(environment, stack) for stack in chosen}
    reserving = [stack for stack in chosen if int(settings[stack.name].get("VotingConcurrency", 0))]
    return reserved_executions(Inventory.with_settings(reserving, environment.name, settings))


def lambda_limits(region: str) -> "AccountLimitTypeDef":
    """Return the account's limits of Lambda."""
    import boto3  # noqa: PLC0415 (slow to import)

    return boto3.client("lambda", region_name=region).get_account_settings()["AccountLimit"]
