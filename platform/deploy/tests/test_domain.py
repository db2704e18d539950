"""A site on its own domain, by one command."""

import threading
from dataclasses import replace
from typing import Any

import boto3
import pytest
from cli.commands import deploy as command
from cli.dev import app
from deploy import domain as domains
from deploy.account import Account
from deploy.domain import DnsRecord, check_domain, find_zone, showing_validation
from deploy.environment import Environment
from deploy.preflight import preflight
from devkit.failure import Failure
from devkit.progress import Progress
from rich.console import Console

from .conftest import CLOUD, NUMBER, STACKS, InterruptedRun, SamInMemory, named, origins, put_stack, run

DOMAIN = "vote.example.com"
CERTIFICATE = f"arn:aws:acm:us-east-1:{NUMBER}:certificate/{DOMAIN}"
FIREWALL = f"arn:aws:wafv2:us-east-1:{NUMBER}:global/webacl/dev/1"
CHECKING_ORIGINS = [stack.name for stack in STACKS if stack.declared({"SiteOrigin": ""})]


@pytest.fixture
def at_domain(dev: Environment) -> Environment:
    """The environment with its own domain, whose zone is in the account."""
    return replace(dev, domain=DOMAIN, zone="Z1")


def zone(name: str, *, private: bool = False) -> str:
    """Create a hosted zone; return its id."""
    vpc: Any = {"VPC": {"VPCRegion": "us-east-1", "VPCId": "vpc-1"}} if private else {}
    config = {"PrivateZone": private, "Comment": ""}
    client: Any = boto3.client("route53")
    made = client.create_hosted_zone(Name=name, CallerReference=name, HostedZoneConfig=config, **vpc)
    identifier: str = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
    return identifier


def test_front_end_gets_domain_certificate_and_firewall_of_the_edge_in_one_round(
    sam: SamInMemory, at_domain: Environment
) -> None:
    run(sam, at_domain)
    assert sam.deployed() == [stack.name for stack in STACKS], "the address is known from the beginning"
    given = CLOUD["tot-dev-frontend"].parameters
    assert [given[name] for name in ("DomainName", "HostedZoneId", "CertificateArn", "WebAclArn")] == [
        DOMAIN, "Z1", CERTIFICATE, FIREWALL,
    ]  # fmt: skip
    assert CLOUD["tot-dev-edge"].parameters["HostedZoneId"] == "Z1"
    assert origins(at_domain) == dict.fromkeys(CHECKING_ORIGINS, f"https://{DOMAIN}")


def test_front_end_without_a_domain_gets_the_firewall(sam: SamInMemory, dev: Environment) -> None:
    run(sam, dev)
    given = CLOUD["tot-dev-frontend"].parameters
    assert (given["WebAclArn"], given["DomainName"], given["CertificateArn"]) == (FIREWALL, "", "")


def test_domain_stays_when_a_later_command_does_not_name_it(
    sam: SamInMemory, dev: Environment, at_domain: Environment
) -> None:
    run(sam, at_domain)
    before = dict(CLOUD)
    run(sam, dev)
    run(sam, dev, "frontend")
    assert before == CLOUD


@pytest.mark.parametrize("stops_at", [stack.name for stack in STACKS[1:]])
def test_interrupted_deployment_with_a_domain_is_completed_without_naming_it(
    sam: SamInMemory, dev: Environment, at_domain: Environment, stops_at: str
) -> None:
    sam.stops_at = stops_at
    with pytest.raises(InterruptedRun):
        run(sam, at_domain)
    sam.stops_at = None
    run(sam, dev)
    assert origins(dev) == dict.fromkeys(CHECKING_ORIGINS, f"https://{DOMAIN}")


def test_environment_moves_to_a_domain_as_a_whole(
    sam: SamInMemory, dev: Environment, at_domain: Environment
) -> None:
    run(sam, dev)
    run(sam, at_domain)
    assert origins(dev) == dict.fromkeys(CHECKING_ORIGINS, f"https://{DOMAIN}")


def test_front_end_makes_the_records_of_a_domain_in_its_zone() -> None:
    resources = named("frontend").source["Resources"]
    for name, kind in (("SiteRecord", "A"), ("SiteRecordIPv6", "AAAA")):
        record = resources[name]
        assert record["Condition"] == "OwnZone"
        assert record["Properties"]["Type"] == kind
        assert record["Properties"]["Name"] == {"Ref": "DomainName"}
        assert record["Properties"]["AliasTarget"]["DNSName"] == {
            "Fn::GetAtt": ["Distribution", "DomainName"]
        }


def test_zone_is_the_longest_public_one_of_the_domain(aws: pytest.MonkeyPatch) -> None:
    assert find_zone(DOMAIN) is None
    zone("example.com")
    nearest = zone("vote.example.com")
    zone("te.example.com")
    assert find_zone(DOMAIN) == nearest
    assert find_zone("example.org") is None


def test_private_zone_is_not_that_of_a_site(aws: pytest.MonkeyPatch) -> None:
    zone("example.com", private=True)
    assert find_zone(DOMAIN) is None


def test_record_of_another_site_is_refused_before_anything_is_created(
    aws: pytest.MonkeyPatch, dev: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = zone("example.com")
    record: Any = {"Name": DOMAIN, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    boto3.client("route53").change_resource_record_sets(
        HostedZoneId=identifier,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    monkeypatch.setattr("deploy.preflight.leftovers", lambda *_: [])
    with pytest.raises(Failure, match="Nothing was changed") as failure:
        preflight(replace(dev, domain=DOMAIN, zone=identifier), STACKS)
    assert f"already has {DOMAIN} A" in failure.value.advice


@pytest.mark.parametrize(
    "wrong", ["https://vote.example.com", "vote", "Vote.example.com", "vote.example.com/"]
)
def test_other_text_than_a_domain_name_is_refused(wrong: str) -> None:
    with pytest.raises(Failure, match="is no domain name") as failure:
        check_domain(wrong)
    assert failure.value.exit_status == 2


def test_domain_is_one_of_all_stacks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app(["deploy", "frontend", "--env", "dev", "--domain", DOMAIN])
    assert ended.value.code == 2
    assert "./dev deploy all --domain" in capsys.readouterr().err


def test_records_to_make_by_hand_are_printed_when_the_zone_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch, sam: SamInMemory, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "SamProcess", lambda _: sam)
    monkeypatch.setattr(command, "preflight", lambda *_: [])
    monkeypatch.setattr(command, "find_zone", lambda _: None)
    monkeypatch.setattr(Account, "read", lambda _region: account)
    with pytest.raises(SystemExit):
        app(["deploy", "all", "--env", "dev", "--region", "eu-central-1", "--domain", DOMAIN, "--yes"])
    printed = capsys.readouterr().out
    assert f"Site: https://{DOMAIN}" in printed
    assert f"{DOMAIN} CNAME d111111abcdef8.cloudfront.net" in printed


def test_record_is_printed_again_after_an_interruption(
    dev: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_stack("edge", "dev", {"DomainName": DOMAIN}, "CREATE_IN_PROGRESS")
    record = DnsRecord(f"_x.{DOMAIN}.", "CNAME", "_y.acm-validations.aws.")
    monkeypatch.setattr("deploy.preflight.validation_record", lambda _: record)
    monkeypatch.setattr("deploy.preflight.lambda_limits", lambda _: {"ConcurrentExecutions": 1000})
    with pytest.raises(Failure) as failure:
        preflight(dev, STACKS)
    assert "wait stack-create-complete --stack-name tot-dev-edge" in failure.value.advice
    assert f"_x.{DOMAIN} CNAME _y.acm-validations.aws" in failure.value.advice


def test_record_of_a_pending_certificate_is_printed_during_the_deployment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def pending(domain: str) -> DnsRecord | None:
        asked.append(domain)
        return DnsRecord(f"_x.{domain}.", "CNAME", "_y.acm-validations.aws.") if len(asked) > 1 else None

    monkeypatch.setattr(domains, "validation_record", pending)
    monkeypatch.setattr(domains, "_POLL_SECONDS", 0.0)
    with showing_validation(DOMAIN, Progress(Console())):
        for thread in threading.enumerate():
            if thread.name == "certificate":
                thread.join(10)
    assert f"_x.{DOMAIN} CNAME _y.acm-validations.aws" in capsys.readouterr().out
