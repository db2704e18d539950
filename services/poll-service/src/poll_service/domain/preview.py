"""The page behind a poll's link: what chats and networks show of it, and the way on to the poll.

Those who make previews run no scripts and read the head alone. Everything an organiser typed goes through
`escape`: the page is ours, and so is what a reader of it would run.
"""

from html import escape
from string import Template
from typing import Final

from contracts.ids import PollStatus
from contracts.polls import PollV3

DEFAULT_CARD: Final = "/card.png"
"""Shown for a poll without pictures; 1200 by 630, as previews want it."""

_PAGE: Final = Template("""\
<!doctype html>
<html lang="en">
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
<body><main><h1 dir="auto">$question</h1><p dir="auto">$options</p>
<p><a class="button" href="$poll">$action</a></p></main></body>
</html>
""")
_ACTIONS: Final = {PollStatus.OPEN: "Vote", PollStatus.CLOSED: "See the result"}

NO_PREVIEW: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>We cannot find this poll</title>
<meta name="robots" content="noindex">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body><main><h1>We cannot find this poll</h1>
<p>The link may be incomplete, or the poll has not been opened yet.</p>
<p><a class="button" href="/">See what is open now</a></p></main></body>
</html>
"""
"""The same for a draft, for a poll that never was, and for what is no poll's name."""


def preview_of(poll: PollV3, site: str) -> str:
    """Return the page of a poll that the public may see; previews need whole addresses, begun by `site`."""
    options = f"{poll.options.a.label} or {poll.options.b.label}?"
    action = _ACTIONS.get(poll.status, "Go to the poll")
    values = {
        "question": poll.question,
        "options": options,
        "description": f"{options} {action} here.",
        "action": action,
        "address": f"{site}/p/{poll.poll_id}",
        "image": site + (poll.options.a.image or poll.options.b.image or DEFAULT_CARD),
        "poll": f"/?poll={poll.poll_id}",
    }
    return _PAGE.substitute({name: escape(value) for name, value in values.items()})
