"""What a command tells the person who runs it when it cannot go on."""


class Failure(Exception):
    """A command ends here: `str()` says what is wrong, `advice` what to do or the log that shows it."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.advice = advice
