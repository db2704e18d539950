"""Runs one rule over many subjects in one test, and reports each subject that violates it."""

from collections.abc import Callable, Iterable


def offenders[T](
    subjects: Iterable[T], rule: Callable[[T], object], named: Callable[[T], str] = str
) -> dict[str, object]:
    """Return the rule's findings by the name of the subject; valid subjects are omitted.

    A rule returns its finding, such as a list of lines, or an empty value; or it asserts. An exception is
    also a finding. Raises `LookupError` without any subject, so that a rule cannot pass vacuously.
    """
    found: dict[str, object] = {}
    looked_at = 0
    for subject in subjects:
        looked_at += 1
        try:
            wrong = rule(subject)
        except Exception as error:  # noqa: BLE001 (one broken subject must not hide the others)
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            found[named(subject)] = wrong
    if not looked_at:
        raise LookupError("the rule has no subjects")
    return found
