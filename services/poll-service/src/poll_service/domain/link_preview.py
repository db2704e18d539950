"""Link preview: the page behind a poll's link, with Open Graph data, which leads people on to the poll.

Services that make previews run no scripts and read only the head. Every text of an organiser is escaped: the
page is ours, and so would be any script in it.
"""

from dataclasses import asdict
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode

from contracts.polls import PublicPoll

from poll_service.domain.link_preview_texts import Messages

DEFAULT_CARD: Final = "/card.png"
"""The image for a poll without images; 1200 by 630, as previews expect it."""

_PAGE: Final = Template("""\
<!doctype html>
<html lang="$language" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$question</title>
<meta name="description" content="$description">
<meta name="robots" content="noindex">
<meta property="og:type" content="website">
<meta property="og:site_name" content="This or That">
<meta property="og:title" content="$question">
<meta property="og:description" content="$description">
<meta property="og:url" content="$address">
<meta property="og:image" content="$image">
<meta property="og:image:alt" content="$options">
<meta name="twitter:card" content="summary_large_image">
<meta http-equiv="refresh" content="0; url=$poll">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body class="alone"><main><h1 dir="auto">$question</h1><p dir="auto">$options</p>
<p><a class="button" href="$poll">$action</a></p></main></body>
</html>
""")
_NO_PREVIEW: Final = Template("""\
<!doctype html>
<html lang="$language" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$not_found_title</title>
<meta name="robots" content="noindex">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body class="alone"><main><h1>$not_found_title</h1>
<p>$not_found_detail</p>
<p><a class="button" href="$way">$not_found_action</a></p></main></body>
</html>
""")


def not_found_page(messages: Messages) -> str:
    """Return the page for a draft, an unknown poll and an invalid id; it is the same for all three."""
    return _NO_PREVIEW.substitute(asdict(messages), direction=messages.direction, way="/")


def unavailable_page(messages: Messages) -> str:
    """Return the page for a failure of this service; its link opens the same address again."""
    texts = {
        "not_found_title": messages.unavailable_title,
        "not_found_detail": messages.unavailable_detail,
        "not_found_action": messages.unavailable_action,
    }
    return _NO_PREVIEW.substitute(asdict(messages) | texts, direction=messages.direction, way="")


def preview_of(poll: PublicPoll, site: str, messages: Messages, *, asked: bool = False) -> str:
    """Return the page of a public poll; previews need absolute addresses, which begin with `site`.

    If the link requests a language, its link to the poll requests the same one.
    """
    options = messages.choice.format(a=poll.options.a.label, b=poll.options.b.label)
    action = messages.action(poll.status)
    query = {"poll": poll.poll_id} | ({"lang": messages.language} if asked else {})
    values = {
        "language": messages.language,
        "direction": messages.direction,
        "question": poll.question,
        "options": options,
        "description": f"{options} {action}.",
        "action": action,
        "address": f"{site}/p/{poll.poll_id}",
        "image": site + (poll.options.a.image or poll.options.b.image or DEFAULT_CARD),
        "poll": f"/?{urlencode(query)}",
    }
    return _PAGE.substitute({name: escape(value) for name, value in values.items()})
