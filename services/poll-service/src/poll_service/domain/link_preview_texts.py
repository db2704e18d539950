"""Translations of the pages behind links, in the languages of the voter's page.

Services that make previews run no scripts, so these messages cannot be loaded as on that page; a test
compares both. Texts of organisers are not translated.
"""

# ruff: noqa: RUF001 (an apostrophe is one)

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contracts.enums import PollStatus

MAX_LANGUAGES: Final = 10


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages of one language. `choice` takes both labels; the others are constant."""

    language: str
    choice: str
    vote: str
    result: str
    go_to_poll: str
    not_found_title: str
    not_found_detail: str
    not_found_action: str
    unavailable_title: str
    unavailable_detail: str
    unavailable_action: str

    @property
    def direction(self) -> str:
        """Return the direction of writing, as HTML names it."""
        return "rtl" if self.language in {"he", "ar"} else "ltr"

    def action(self, status: PollStatus) -> str:
        """Return the label of the link to a poll of this status."""
        return {PollStatus.OPEN: self.vote, PollStatus.CLOSED: self.result}.get(status, self.go_to_poll)


MESSAGES: Final = {
    messages.language: messages
    for messages in (
        Messages(
            "en", "{a} or {b}?", "Vote here", "See the result here", "Go to the poll here",
            "We cannot find this poll",
            "The link may be incomplete, or the poll has not been opened yet.", "See what is open now",
            "We cannot show this poll just now",
            "It is busy, or something failed on our side. Please try again in a moment.", "Try again",
        ),
        Messages(
            "de", "{a} oder {b}?", "Hier abstimmen", "Hier steht das Ergebnis", "Hier geht es zur Abstimmung",
            "Diese Abstimmung finden wir nicht",
            "Vielleicht ist der Link unvollständig, oder die Abstimmung ist noch nicht eröffnet.",
            "Zur laufenden Abstimmung",
            "Diese Abstimmung lässt sich gerade nicht zeigen",
            "Gerade ist viel los, oder bei uns ist etwas ausgefallen. Bitte versuchen Sie es gleich noch "
            "einmal.",
            "Noch einmal versuchen",
        ),
        Messages(
            "es", "¿{a} o {b}?", "Vota aquí", "Mira aquí el resultado", "Aquí está la votación",
            "No encontramos esta votación",
            "Puede que el enlace esté incompleto o que la votación aún no se haya abierto.",
            "Ver qué está abierto ahora",
            "Ahora mismo no podemos mostrar esta votación",
            "Hay mucha actividad, o algo ha fallado por nuestra parte. Inténtalo de nuevo en un momento.",
            "Intentar de nuevo",
        ),
        Messages(
            "fr", "{a} ou {b}\u00a0?", "Votez ici", "Voyez le résultat ici", "Le vote est ici",
            "Ce vote est introuvable",
            "Le lien est peut-être incomplet, ou le vote n’est pas encore ouvert.",
            "Voir ce qui est ouvert",
            "Ce vote ne peut pas être affiché pour le moment",
            "Il y a beaucoup d’activité, ou quelque chose a échoué chez nous. Réessayez dans un instant.",
            "Réessayer",
        ),
        Messages(
            "he", "{a} או {b}?", "להצבעה כאן", "לתוצאה כאן", "ההצבעה נמצאת כאן",
            "לא מצאנו את ההצבעה הזאת",
            "ייתכן שהקישור חלקי, או שההצבעה עדיין לא נפתחה.", "לראות מה פתוח עכשיו",
            "אי אפשר להציג את ההצבעה כרגע",
            "יש עומס, או שמשהו השתבש אצלנו. אפשר לנסות שוב בעוד רגע.", "לנסות שוב",
        ),
        Messages(
            "ar", "{a} أو {b}؟", "صوّت هنا", "شاهد النتيجة هنا", "التصويت هنا",
            "لم نعثر على هذا التصويت",
            "ربما كان الرابط غير مكتمل، أو لم يُفتح التصويت بعد.", "عرض ما هو مفتوح الآن",
            "يتعذّر عرض هذا التصويت الآن",
            "يوجد ازدحام، أو حدث خطأ لدينا. حاول مرة أخرى بعد لحظة.", "حاول مرة أخرى",
        ),
    )
}  # fmt: skip


def messages_for(requested: str | None, accepted: str | None) -> Messages:
    """Negotiate the language: the link's, otherwise the reader's (`Accept-Language`), otherwise English."""
    tags = (requested or "", *_by_preference(accepted or ""))
    return next((messages for messages in map(find_messages, tags) if messages), MESSAGES["en"])


def find_messages(tag: str) -> Messages | None:
    """Return the messages for a language tag such as `de-AT`, None for other languages."""
    return MESSAGES.get(tag.strip().lower().partition("-")[0])


def _by_preference(accepted: str) -> Iterator[str]:
    ranges = [tag.partition(";") for tag in accepted.split(",", MAX_LANGUAGES)[:MAX_LANGUAGES]]
    for tag, _, quality in sorted(ranges, key=lambda each: -_quality(each[2])):
        if _quality(quality) > 0:
            yield tag


def _quality(text: str) -> float:
    name, _, number = text.strip().partition("=")
    try:
        return float(number) if name == "q" else 1.0
    except ValueError:
        return 0.0
