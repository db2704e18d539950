"""The page that other sites may show inside their own: a poll's figures, live, and the way to vote.

Nobody votes in it. A page around a frame can lead clicks astray, and a ballot kept per embedding site would
be a second vote for the same device; so the frame shows, and voting opens our own page.
"""

from collections.abc import Sequence
from html import escape
from string import Template
from typing import Final

from contracts.ids import PollStatus
from contracts.polls import PollV3

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
<h1 dir="auto">$question</h1>
<div class="bar"><span dir="auto" id="label-a">$label_a</span><output id="figure-a"></output>
<progress id="bar-a" max="100" value="0" aria-labelledby="label-a"></progress></div>
<div class="bar"><span dir="auto" id="label-b">$label_b</span><output id="figure-b"></output>
<progress id="bar-b" max="100" value="0" aria-labelledby="label-b"></progress></div>
<p id="hidden" hidden>The results are not shown for now.</p>
<p class="foot"><span>Votes: <b id="total">…</b></span>
<a class="button" href="/?poll=$poll_id" target="_blank" rel="noopener">$action</a></p>
</main>
</body>
</html>
""")
_ACTIONS: Final = {PollStatus.OPEN: "Vote", PollStatus.CLOSED: "See the result"}


def frame_of(poll: PollV3) -> str:
    """Return the page of a poll that the public may see."""
    values = {
        "question": poll.question,
        "poll_id": poll.poll_id,
        "label_a": poll.options.a.label,
        "label_b": poll.options.b.label,
        "action": _ACTIONS.get(poll.status, "Go to the poll"),
    }
    return _PAGE.substitute({name: escape(value) for name, value in values.items()})


def policy_for(site: str, embed_origins: Sequence[str]) -> str:
    """Return the content security policy: the voter's page's, but for who may show it in a frame."""
    scheme, _, host = site.partition("://")
    socket = f"{'wss' if scheme == 'https' else 'ws'}://{host}"
    ancestors = " ".join(embed_origins) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self' {socket}; frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
