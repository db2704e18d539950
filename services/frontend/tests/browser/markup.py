"""Texts that have been executed as code by vulnerable pages. Each is short enough for an option's label."""

from typing import Final

from contracts.polls import CreatePoll, NewOption, NewOptions

CORPUS: Final[dict[str, str]] = {
    "a-script": "<script>alert(1)</script>",
    "an-image": "<img src=x onerror=alert(1)>",
    "an-svg": "<svg/onload=alert(1)>",
    "an-svg-in-math": "<math><mi xlink:href=javascript:alert(1)>x",
    "an-iframe": "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "a-link": "<a href=javascript:alert(1)>free coffee</a>",
    "a-broken-tag": '"><script>alert(1)</script>',
    "an-attribute": "' autofocus onfocus=alert(1) x='",
    "a-comment": "<!--><img src=x onerror=alert(1)-->",
    "a-closed-title": "</title><script>alert(1)</script>",
    "a-closed-textarea": "</textarea><script>alert(1)</script>",
    "a-style": "<style>*{display:none}</style>",
    "a-base": "<base href=//evil.example/>",
    "a-form": "<form action=//evil.example><button>Vote",
    "a-template-literal": "${alert(1)}{{constructor.constructor('alert(1)')()}}",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "a-data-address": "data:text/html,<script>alert(1)</script>",
    "a-mutation": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "full-width": "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "a-prototype": "__proto__",
}

INJECTED: Final = (
    "body :is(img:not(.picture), svg:not([role=img] svg), math, iframe, style, base), main script,"
    " a[href^='javascript:']"
)
"""Elements that such texts would create; the site's pages contain none of them."""


def as_asked_for(text: str) -> CreatePoll:
    """Return the request that creates a poll of this text. The API accepts it; pages show it as text."""
    options = NewOptions(a=NewOption(label=text), b=NewOption(label=f"not {text}"[:80]))
    return CreatePoll(question=text, options=options)
