"""Link preview: the card that chats show, and the redirect to the poll."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from contracts.ids import new_poll_id
from poll_service.domain.clock import now
from poll_service.domain.link_preview import preview_of
from poll_service.domain.link_preview_texts import MESSAGES
from poll_service.domain.poll import Poll

SITE = "https://vote.example"
MARKUP = [
    '"><script>alert(1)</script>',
    "' onload=alert(1) x='",
    "</title><img src=x onerror=alert(1)>",
    '"><meta http-equiv="refresh" content="0; url=https://evil.example">',
    "$question ${image} {{poll}}",
    "&lt;b&gt; &#34; &amp;",
]


class Head(HTMLParser):
    """The data that a service for previews reads from the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.properties: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        name = given.get("property") or given.get("name") or given.get("http-equiv")
        if tag == "meta" and name:
            self.properties[name] = given["content"] or ""

    def handle_data(self, data: str) -> None:
        self.text += data


def test_preview_shows_question_and_options(
    ask: Callable[..., SimpleNamespace], given_open: Callable[..., Poll]
) -> None:
    poll = given_open("Tea or coffee?")

    answer = ask("preview_poll", poll_id=poll.poll_id)
    head = Head(answer.body)

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=2"
    assert head.properties["og:title"] == "Tea or coffee?"
    assert head.properties["og:description"] == "Tea or Coffee? Vote here."
    assert head.properties["og:url"] == f"{SITE}/p/{poll.poll_id}"
    assert head.properties["og:image"] == f"{SITE}/card.png"


def test_preview_leads_to_the_poll_without_any_script(
    ask: Callable[..., SimpleNamespace], given_open: Callable[..., Poll]
) -> None:
    poll = given_open()

    head = Head(ask("preview_poll", poll_id=poll.poll_id).body)

    assert head.properties["refresh"] == f"0; url=/?poll={poll.poll_id}"
    assert ("a", {"class": "button", "href": f"/?poll={poll.poll_id}"}) in head.tags
    assert "script" not in {tag for tag, _ in head.tags}


def test_preview_of_closed_poll_links_to_its_result(
    ask: Callable[..., SimpleNamespace], given_open: Callable[..., Poll]
) -> None:
    poll = given_open(ends_in=-timedelta(minutes=1))

    head = Head(ask("preview_poll", poll_id=poll.poll_id).body)

    assert head.properties["og:description"] == "Tea or Coffee? See the result here."


@pytest.mark.parametrize(
    ("requested", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, "tlh, en;q=0.2, fr-CA;q=0.7", "fr"),
        (None, "de;q=0, es;q=0.1", "es"),
        (None, "*", "en"),
        (None, "he;q=much, ;;, ar", "ar"),
        ("he", "de", "he"),
        ("ES-mx", None, "es"),
        ("tlh", "de", "de"),
        ("<script>", None, "en"),
    ],
)
def test_preview_is_in_the_language_of_the_link_or_the_reader(
    ask: Callable[..., SimpleNamespace],
    given_open: Callable[..., Poll],
    requested: str | None,
    accepted: str | None,
    language: str,
) -> None:
    poll, words = given_open("Tea or coffee?"), MESSAGES[language]
    asked = {"query": {"lang": requested} if requested else None, "headers": {"accept-language": accepted}}

    head = Head(ask("preview_poll", poll_id=poll.poll_id, **asked).body)
    not_found = ask("preview_poll", poll_id=new_poll_id(), **asked)

    assert head.tags[0] == ("html", {"lang": language, "dir": words.direction})
    assert head.properties["og:title"] == "Tea or coffee?"
    choice = words.choice.format(a="Tea", b="Coffee")
    assert head.properties["og:description"] == f"{choice} {words.vote}."
    asks_on = f"&lang={language}" if requested and requested.lower().startswith(language) else ""
    assert head.properties["refresh"] == f"0; url=/?poll={poll.poll_id}{asks_on}"
    assert words.not_found_title in not_found.body
    assert f'<html lang="{language}" dir="{words.direction}">' in not_found.body


@pytest.mark.covers("T34")
def test_draft_gets_the_response_of_an_unknown_poll(
    ask: Callable[..., SimpleNamespace], given_draft: Callable[..., Poll]
) -> None:
    draft = given_draft("Shall we sell the company?")

    asked = (draft.poll_id, new_poll_id(), "x", "A" * 26)
    answers = [ask("preview_poll", poll_id=poll_id) for poll_id in asked]

    assert {(answer.status, answer.headers["content-type"]) for answer in answers} == {
        (404, "text/html; charset=utf-8")
    }
    assert {answer.headers["cache-control"] for answer in answers} == {"private, no-store"}
    assert len({answer.body for answer in answers}) == 1
    assert "We cannot find this poll" in answers[0].body
    assert "company" not in answers[0].body


@pytest.mark.covers("T34")
@pytest.mark.parametrize("text", MARKUP)
def test_texts_of_organisers_are_escaped(
    ask: Callable[..., SimpleNamespace], given_open: Callable[..., Poll], text: str
) -> None:
    poll = given_open(text)
    plain = Head(preview_of(replace(poll, question="Tea?").to_public(now()), SITE, MESSAGES["en"]))

    head = Head(ask("preview_poll", poll_id=poll.poll_id).body)

    assert head.properties["og:title"] == text
    assert [tag for tag, _ in head.tags] == [tag for tag, _ in plain.tags]
    assert text in head.text
