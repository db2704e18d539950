"""Records the calls that the emulator authorizes or denies, to compare them with the roles' permissions."""

import threading
from typing import Any

from ministack.core import iam_evaluator
from privileges.calls import Call, Recorder, kind_of, slug_of_name, template_form

from laptop.emulator.patches.leading_keys import CONDITION_KEY


def install(recorder: Recorder) -> None:
    """Record each decision about a call of a function's role, after all conditions and resource policies."""
    evaluate, enforce = iam_evaluator.evaluate, iam_evaluator.enforce
    decided = threading.local()

    def evaluate_and_keep(context: Any, *policies: Any) -> Any:
        decided.context = context
        return evaluate(context, *policies)

    def enforce_and_record(*args: Any, **named: Any) -> Any:
        decided.context = None
        denied = enforce(*args, **named)
        if decided.context is not None:
            _record(recorder, decided.context, denied=denied is not None)
        return denied

    iam_evaluator.evaluate, iam_evaluator.enforce = evaluate_and_keep, enforce_and_record


def _record(recorder: Recorder, context: Any, *, denied: bool) -> None:
    """Write the call of a role's session; a function's session has the function's name."""
    _, role, session = [*context.principal_arn.split("/"), "", ""][:3]
    if not role.startswith("tot-"):
        return  # a role that a test of the emulator made
    keys = context.service_context.get(CONDITION_KEY.lower(), [])
    for kind in sorted({kind_of(key) for key in keys} or {""}):
        resource = template_form(context.resource_arn)
        recorder.note(Call(slug_of_name(session), context.action, resource, kind, denied))
