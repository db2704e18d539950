"""`python -m checks.evidence`: print the unmet claims only."""

import sys

from checks.evidence.coverage import all_claims

FAULTS = [fault for claim in all_claims() for fault in claim.faults()]
sys.stdout.writelines(f"{fault}\n" for fault in FAULTS)
sys.exit(1 if FAULTS else 0)
