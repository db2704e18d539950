"""One test per rule: it looks at all files, or all of anything, and names each one that breaks the rule."""

from collections.abc import Callable, Iterable


def offenders[T](
    subjects: Iterable[T], rule: Callable[[T], object], named: Callable[[T], str] = str
) -> dict[str, object]:
    """Return what the rule finds, by the name of the subject; a sound subject is not in it.

    A rule returns what is wrong, such as a list of lines, or something empty; or it asserts.
    An exception is a finding, too. Rules about nothing hold nothing: no subject at all is an error.
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
        raise LookupError("the rule has nothing to look at")
    return found
