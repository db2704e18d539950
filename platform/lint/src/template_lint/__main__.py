"""`python -m template_lint [FOLDER]`: print findings; write the transformed templates to the folder."""

import json
import sys
from pathlib import Path

from stacks.catalogue import load_stacks
from stacks.transform import transform

from template_lint.findings import find
from template_lint.rulebook import RULES, RULES_OVER_ALL


def main(folder: Path | None) -> int:
    """Run all rules; return 1 on any finding. Templates are transformed both without and with a canary."""
    stacks = load_stacks()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for stack in stacks:
            for canary in ("false", "true"):
                plain = transform(stack.source, stack.workflows, Canary=canary)
                if '"Canary"' not in json.dumps(plain["Resources"]):
                    # The transform has resolved it; the remaining parameter is unused.
                    plain["Parameters"].pop("Canary", None)
                (folder / f"{stack.name}.canary-{canary}.json").write_text(json.dumps(plain, indent=1))
    findings = find(stacks, RULES, RULES_OVER_ALL)
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
