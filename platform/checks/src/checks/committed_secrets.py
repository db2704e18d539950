"""Secret scan of the tree: `python -m checks.committed_secrets`.

Known key and token formats are searched for everywhere; long random strings only outside tests, which contain
many made-up ones. A comment marks an allowed line: `# pragma: allowlist secret`.
"""

import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import get_plugins, transient_settings
from devkit.checkout import ROOT

_SHAPES: Final = [
    {"name": f"{name}Detector"}
    for name in (
        "Artifactory", "AWSKey", "AzureStorageKey", "BasicAuth", "DiscordBotToken", "GitHubToken",
        "GitLabToken", "JwtToken", "Mailchimp", "Npm", "OpenAI", "PrivateKey", "PypiToken", "SendGrid",
        "Slack", "SquareOAuth", "Stripe", "TelegramBotToken", "TwilioKey",
    )
]  # fmt: skip
_RANDOM: Final = [
    {"name": "Base64HighEntropyString", "limit": 4.5},
    {"name": "HexHighEntropyString", "limit": 3.0},
]
_FILTERS: Final = [
    {"path": f"detect_secrets.filters.{name}"}
    for name in (
        "allowlist.is_line_allowlisted",
        "heuristic.is_sequential_string",
        "heuristic.is_templated_secret",
    )
]
# Generated files: full of hashes, and checked elsewhere.
_GENERATED: Final = re.compile(r"uv\.lock|docs/api/.*\.json|libs/contracts/schemas/.*|.*\.(png|svg)")
_MADE_UP: Final = re.compile(r"(^|.*/)(tests?|examples)/.*")


def tracked_files(root: Path = ROOT) -> list[str]:
    """Return the files that git tracks, and those it would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split("\n")
    return [name for name in listed if name and (root / name).is_file()]


def found_in(root: Path, names: Iterable[str]) -> Iterator[str]:
    """Yield a line for each match, without the matched text."""
    looked_at = [name for name in names if not _GENERATED.fullmatch(name)]
    formats = _formats()
    shaped = [name for name in looked_at if _may_match(root / name, formats)]
    real = [name for name in looked_at if not _MADE_UP.fullmatch(name)]
    for plugins, among in ((_SHAPES, shaped), (_RANDOM, real)):
        found = SecretsCollection(root=str(root))
        with transient_settings({"plugins_used": plugins, "filters_used": _FILTERS}):
            for name in among:
                found.scan_file(name)
        yield from (f"{name}:{one.line_number}: {one.type}" for name, one in found)


def _formats() -> list[re.Pattern[str]]:
    """Return the expressions of all known formats, for whole files instead of single lines."""
    with transient_settings({"plugins_used": _SHAPES}):
        listed = [pattern for plugin in get_plugins() for pattern in plugin.denylist]
    return [re.compile(pattern.pattern, pattern.flags | re.MULTILINE) for pattern in listed]


def _may_match(path: Path, formats: Iterable[re.Pattern[str]]) -> bool:
    """Return whether a known format occurs: the scan calls each plugin for each line, 200,000 times here.

    Only for source and prose: the scan rewrites the lines of configuration files before it looks at them.
    """
    if path.suffix not in {".py", ".js", ".md"}:
        return True
    text = path.read_text(errors="replace")
    return any(pattern.search(text) for pattern in formats)


def main() -> int:
    """Print the matches; return 1 if there are any."""
    lines = list(found_in(ROOT, tracked_files()))
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 1 if lines else 0


if __name__ == "__main__":
    ArgumentParser(prog="python -m checks.committed_secrets", description="Find secrets.").parse_args()
    sys.exit(main())
