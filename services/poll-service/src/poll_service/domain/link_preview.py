"""Link preview: the page behind a poll's link, with Open Graph data, which leads people on to the poll.

Services that make previews run no scripts and read only the head. Every text of an organiser is escaped: the
page is ours, and so would be any script in it.
"""

from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode

from contracts.polls import PublicPoll

from poll_service.domain.link_preview_texts import Messages

DEFAULT_CARD: Final = "/card.png"
"""The image for a poll without images; 1200 by 630, as previews expect it."""

_DOCUMENT: Final = Template("""\
<!doctype html>
<html lang="$language" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<meta name="robots" content="noindex">
$head<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body class="alone"><main><h1 dir="auto">$title</h1>
<p dir="auto">$text</p>
<p><a class="button" href="$link">$action</a></p></main></body>
</html>
""")
_OPEN_GRAPH: Final = Template("""\
<meta name="description" content="$description">
<meta property="og:type" content="website">
<meta property="og:site_name" content="This or That">
<meta property="og:title" content="$question">
<meta property="og:description" content="$description">
<meta property="og:url" content="$address">
<meta property="og:image" content="$image">
<meta property="og:image:alt" content="$options">
<meta name="twitter:card" content="summary_large_image">
<meta http-equiv="refresh" content="0; url=$link">
""")


def not_found_page(messages: Messages) -> str:
    """Return the page for a draft, an unknown poll and an invalid id; it is the same for all three."""
    text, action = messages.not_found_detail, messages.not_found_action
    return _document(messages, title=messages.not_found_title, text=text, action=action, link="/")


def unavailable_page(messages: Messages) -> str:
    """Return the page for a failure of this service; its link opens the same address again."""
    text, action = messages.unavailable_detail, messages.unavailable_action
    return _document(messages, title=messages.unavailable_title, text=text, action=action, link="")


def preview_of(poll: PublicPoll, site: str, messages: Messages, *, asked: bool = False) -> str:
    """Return the page of a public poll; previews need absolute addresses, which begin with `site`.

    If the link requests a language, its link to the poll requests the same one.
    """
    options = messages.choice.format(a=poll.options.a.label, b=poll.options.b.label)
    action = messages.action(poll.status)
    query = {"poll": poll.poll_id} | ({"lang": messages.language} if asked else {})
    link = f"/?{urlencode(query)}"
    values = {
        "question": poll.question,
        "options": options,
        "description": f"{options} {action}.",
        "address": f"{site}/p/{poll.poll_id}",
        "image": site + (poll.options.a.image or poll.options.b.image or DEFAULT_CARD),
        "link": link,
    }
    head = _OPEN_GRAPH.substitute({name: escape(value) for name, value in values.items()})
    return _document(messages, head, title=poll.question, text=options, action=action, link=link)


def _document(messages: Messages, head: str = "", **texts: str) -> str:
    escaped = {name: escape(text) for name, text in texts.items()}
    return _DOCUMENT.substitute(escaped, language=messages.language, direction=messages.direction, head=head)
