"""`python -m template_lint [FOLDER]`: print findings; write the templates with a canary to the folder.

cfn-lint transforms a template with the default values of its parameters, so without a canary.
"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from stacks.catalogue import load_stacks
from stacks.transform import transform

from template_lint.exceptions import read_exceptions, without_accepted
from template_lint.findings import find
from template_lint.rulebook import OWN_RULES, RULES, RULES_OVER_ALL


def main(folder: Path | None) -> int:
    """Run all rules; return 1 on any finding that no exception accepts.

    Templates with a canary are written as transformed JSON.
    """
    stacks = load_stacks()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for stack in stacks:
            if "Canary" in stack.source["Parameters"]:
                plain = transform(stack.source, stack.workflows, Canary="true")
                # The transform has resolved it; the remaining parameter is unused.
                plain["Parameters"].pop("Canary")
                (folder / f"{stack.name}.canary.json").write_text(json.dumps(plain, indent=1))
    lines = without_accepted(
        find(stacks, RULES, RULES_OVER_ALL), read_exceptions(), lambda rule: rule in OWN_RULES
    )
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m template_lint", description="Print the findings of all rules.")
    parser.add_argument("folder", type=Path, nargs="?", help="write the templates with a canary to it")
    sys.exit(main(parser.parse_args().folder))
