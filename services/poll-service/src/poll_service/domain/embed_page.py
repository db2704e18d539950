"""Embed page: a poll inside a page of another site, with live counts and links to vote.

It takes no vote. A page around an iframe can lead clicks astray, and a voter token kept per embedding site
would be a second vote for the same device; so each option is a link to our own page, which marks the option,
and one tap casts the vote. The texts here are English; the page's script shows them in the reader's language.
"""

from collections.abc import Sequence
from html import escape
from string import Template
from typing import Final

from contracts.enums import PollStatus
from contracts.polls import Option, PublicPoll

_PAGE: Final = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$question</title>
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/style.css">
<link rel="stylesheet" href="/embed/embed.css">
<script type="module" src="/embed/page.js"></script>
</head>
<body class="embed" data-poll="$poll_id">
<main>
<h1 id="question" dir="auto">$question</h1>
<div class="choices" id="choices" role="group" aria-labelledby="question">
$choices</div>
<div class="tally"><p id="total"></p><p id="beside"></p>
<p class="live" id="live" data-mode="connecting" hidden><span class="live-dot"></span>\
<span id="live-label" data-phrase="live.connecting">Connecting</span></p></div>
<div class="said"><div role="status"><p id="title"></p><p id="detail"></p></div>
<p id="ticker" aria-hidden="true"></p></div>
<p><a class="button" id="more" href="/?poll=$poll_id" target="_blank" rel="noopener">\
<span data-phrase="embed.open">Open this poll</span> \
<span class="unseen" data-phrase="embed.tab">opens in a new tab</span></a></p>
</main>
<p class="unstyled">If you see this line, the page around this poll keeps its styles and scripts away: \
the sandbox of its iframe needs <code>allow-scripts allow-same-origin allow-popups</code>.</p>
</body>
</html>
""")
_CHOICE: Final = Template("""\
<a class="choice" data-choice="$side"$way>
<span class="fill" aria-hidden="true"></span>
$picture<span class="shape" aria-hidden="true"></span><span class="label" dir="auto">$label</span>
<span class="figures"><span class="percent"></span> <span class="count"></span></span>
<span class="go"><span data-phrase="embed.vote">Vote</span> \
<span class="unseen" data-phrase="embed.tab">opens in a new tab</span></span>
</a>
""")
_WAY: Final = Template(' href="/?poll=$poll_id&amp;choice=$side" target="_blank" rel="noopener"')
_PICTURE: Final = Template('<img class="picture" src="$image" alt="" decoding="async">\n')


def embed_page_of(poll: PublicPoll) -> str:
    """Return the embed page of a public poll."""
    return _PAGE.substitute(
        question=escape(poll.question),
        poll_id=escape(poll.poll_id),
        choices=_choice("a", poll.options.a, poll) + _choice("b", poll.options.b, poll),
    )


def _choice(side: str, option: Option, poll: PublicPoll) -> str:
    is_open = poll.status is PollStatus.OPEN
    return _CHOICE.substitute(
        side=side,
        label=escape(option.label),
        way=_WAY.substitute(poll_id=escape(poll.poll_id), side=side) if is_open else "",
        picture=_PICTURE.substitute(image=escape(option.image)) if option.image else "",
    )


def policy_for(site: str, embed_origins: Sequence[str]) -> str:
    """Return the content security policy: the voter's page's, except for the sites that may embed it."""
    scheme, _, host = site.partition("://")
    socket = f"{'wss' if scheme == 'https' else 'ws'}://{host}"
    ancestors = " ".join(embed_origins) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' {socket}; frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
