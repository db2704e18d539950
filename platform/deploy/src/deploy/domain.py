"""The site's own domain: its Route 53 zone in the account, otherwise the records to make by hand."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure
from devkit.progress import Progress

_HOST: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_POLL_SECONDS: Final = 10.0


@dataclass(frozen=True)
class DnsRecord:
    """A DNS record to make by hand."""

    name: str
    type: str
    value: str

    def __str__(self) -> str:
        return f"{self.name.rstrip('.')} {self.type} {self.value.rstrip('.')}"


def check_domain(domain: str) -> str:
    """Return a domain name.

    Raises:
        Failure: it is no host name, such as an address with https://.
    """
    if not _HOST.fullmatch(domain):
        raise Failure(
            f"{domain} is no domain name.", "Such as --domain vote.example.com, in lower case.", exit_status=2
        )
    return domain


def find_zone(domain: str) -> str | None:
    """Return the id of the account's public Route 53 zone of a domain; None if its zone is elsewhere.

    Raises:
        Failure: Route 53 did not answer the question.
    """
    try:
        pages = _client("route53").get_paginator("list_hosted_zones").paginate()
        zones = {
            zone["Name"].rstrip("."): zone["Id"].removeprefix("/hostedzone/")
            for page in pages
            for zone in page["HostedZones"]
            if not zone["Config"]["PrivateZone"] and f".{domain}".endswith(f".{zone['Name'].rstrip('.')}")
        }
    except (BotoCoreError, ClientError) as error:
        raise Failure(
            f"Route 53 does not show the zone of {domain}.", f"{error}\nNothing was changed."
        ) from error
    return zones[max(zones, key=len)] if zones else None


def present_records(domain: str, zone: str) -> list[str]:
    """Return the address records that a zone already has for a domain.

    Raises:
        Failure: Route 53 did not answer the question.
    """
    try:
        found = _client("route53").list_resource_record_sets(
            HostedZoneId=zone, StartRecordName=domain, MaxItems="10"
        )["ResourceRecordSets"]
    except (BotoCoreError, ClientError) as error:
        raise Failure(
            f"Route 53 does not show the records of {domain}.", f"{error}\nNothing was changed."
        ) from error
    return [
        f"{one['Name'].rstrip('.')} {one['Type']}"
        for one in found
        if one["Name"].rstrip(".") == domain and one["Type"] in {"A", "AAAA", "CNAME"}
    ]


def validation_record(domain: str) -> DnsRecord | None:
    """Return the record that the domain's pending certificate waits for, in the Region of CloudFront."""
    acm = _client("acm")
    pages = acm.get_paginator("list_certificates").paginate(CertificateStatuses=["PENDING_VALIDATION"])
    for page in pages:
        for certificate in page["CertificateSummaryList"]:
            if certificate["DomainName"] == domain:
                detail = acm.describe_certificate(CertificateArn=certificate["CertificateArn"])["Certificate"]
                for option in detail.get("DomainValidationOptions", []):
                    if record := option.get("ResourceRecord"):
                        return DnsRecord(record["Name"], record["Type"], record["Value"])
    return None


@contextmanager
def showing_validation(domain: str, progress: Progress) -> Iterator[None]:
    """Print the record of a pending certificate as soon as it is known: the edge stack waits for it."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_POLL_SECONDS):
            try:
                record = validation_record(domain)
            except (BotoCoreError, ClientError):
                continue
            if record:
                progress.console.print(
                    f"The certificate waits for this record in the zone of {domain}; make it now. "
                    f"The deployment continues by itself:\n  {record}",
                    markup=False,
                    soft_wrap=True,
                )
                return

    thread = threading.Thread(target=watch, name="certificate", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def site_record(domain: str, distribution: str) -> DnsRecord:
    """Return the record that leads the domain to the distribution."""
    return DnsRecord(domain, "CNAME", distribution)


def _client(service: str) -> Any:
    import boto3  # noqa: PLC0415 (slow to import)

    return boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
