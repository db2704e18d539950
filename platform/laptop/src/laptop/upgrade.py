"""An upgrade on the laptop: the stacks of the previous release, then those of this checkout over them."""

import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.sam.process import SamProcess
from devkit.checkout import ROOT
from devkit.failure import Failure
from devkit.progress import Progress
from releases.git import extract
from releases.previous import ADVICE, previous_release
from releases.version import version
from stacks.catalogue import load_stacks

from laptop.aws import client, outputs
from laptop.deployment import LocalDeployment
from laptop.instance import ENVIRONMENT, Instance
from laptop.startup import bring_up

LAST: Final = "frontend"
"""Its pages may use new routes and fields."""


@dataclass(frozen=True)
class Upgrade:
    """An upgrade of one instance from the previous release. `revision` names that release."""

    instance: Instance
    revision: str
    progress: Progress

    @property
    def source(self) -> Path:
        """The checkout of the previous release."""
        return self.instance.state / "previous"

    def start_previous(self) -> None:
        """Start the instance with the stacks of the previous release."""
        source = self.source
        shutil.rmtree(source, ignore_errors=True)
        extract(self.revision, source)
        # The recipe installs wheels below the checkout that it builds.
        wheels = ROOT / ".dev" / "wheels"
        wheels.mkdir(parents=True, exist_ok=True)
        (source / ".dev").mkdir()
        (source / ".dev" / "wheels").symlink_to(wheels)
        bring_up(self.instance, False, self.progress, source)

    def deploy(self, stack: str, root: Path = ROOT) -> None:
        """Deploy one stack of a checkout over the present one."""
        sam = SamProcess(self.instance.state / "sam")
        LocalDeployment(self.instance, sam, self.progress, root).run(stack)

    def others(self, root: Path = ROOT) -> list[str]:
        """Return the stacks that show another release than the checkout's."""
        return [
            stack.name
            for stack in load_stacks()
            if outputs(self.instance, stack.name_in(ENVIRONMENT)).get("Release") != version(root)
        ]

    def dead_letters(self) -> dict[str, int]:
        """Return the number of messages in each dead-letter queue that has any."""
        sqs, found = client(self.instance, "sqs"), {}
        for url in sqs.list_queues(QueueNamePrefix=f"tot-{ENVIRONMENT}-").get("QueueUrls", []):
            name = "ApproximateNumberOfMessages"
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
            if "dead-letter" in url and int(attributes[name]):
                found[url.rpartition("/")[2]] = int(attributes[name])
        return found


def plan_upgrade(instance: Instance, progress: Progress) -> Upgrade:
    """Return the upgrade from the previous release. Raises `Failure` if the clone lacks that release."""
    revision = previous_release()
    if revision is None:
        raise Failure("The previous release is missing.", ADVICE)
    return Upgrade(instance, revision, progress)


def draw_order(seed: int) -> list[str]:
    """Return the names of all stacks in an order drawn by the seed, the front end last."""
    services = [stack.name for stack in load_stacks() if stack.name != LAST]
    random.Random(seed).shuffle(services)  # noqa: S311 (a repeatable order)
    return [*services, LAST]
