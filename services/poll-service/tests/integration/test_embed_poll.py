"""Embed page: the sites that may embed a poll, and the content."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from contracts.ids import new_poll_id
from contracts.polls import CreatePoll
from poll_service.adapters.polls import PollsStore
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.domain.embed_page import embed_page_of, policy_for
from poll_service.domain.poll import Poll
from stacks.template import read_template

SITE: Final = "https://vote.example"
FRIENDS: Final = ("https://news.example", "https://school.example:8443")
MARKUP: Final = '"><script>alert(1)</script></title><img src=x onerror=alert(1)>'


def directives(policy: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.partition(" ") for part in policy.split("; "))}


def test_poll_without_embed_origins_cannot_be_embedded(
    ask: Callable[..., SimpleNamespace], given_open: Callable[..., Poll]
) -> None:
    answer = ask("embed_poll", poll_id=given_open().poll_id, subject=None)

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert directives(answer.headers["content-security-policy"])["frame-ancestors"] == "'none'"


@pytest.mark.covers("T35")
def test_only_embed_origins_may_embed_the_poll(
    ask: Callable[..., SimpleNamespace], polls: PollsStore
) -> None:
    wanted = CreatePoll.model_validate(
        {
            "question": "Tea or coffee?",
            "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}},
            "embed_origins": FRIENDS,
        }
    )
    draft = lifecycle.create_poll(wanted, new_poll_id(), "organiser-1", now())
    polls.save(draft)
    polls.save(lifecycle.open_poll(draft.poll, polls.schedule(), None, now()))

    answer = ask("embed_poll", poll_id=draft.poll.poll_id, subject=None)

    policy = directives(answer.headers["content-security-policy"])
    assert (answer.status, policy["frame-ancestors"]) == (200, " ".join(FRIENDS))


def test_draft_and_unknown_poll_have_the_same_unembeddable_page(
    ask: Callable[..., SimpleNamespace], given_draft: Callable[..., Poll]
) -> None:
    asked = (given_draft("Shall we sell the company?").poll_id, new_poll_id(), "x")
    answers = [ask("embed_poll", poll_id=poll_id, subject=None) for poll_id in asked]

    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    policies = {answer.headers["content-security-policy"] for answer in answers}
    assert [directives(policy)["frame-ancestors"] for policy in policies] == ["'none'"]


def test_embed_policy_equals_voter_page_policy_except_frame_ancestors() -> None:
    template: Any = read_template(Path(__file__).parents[3] / "frontend/template.yaml")
    headers = template["Resources"]["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    text = headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"][0]
    values = {"Socket": "wss", "Host": "vote.example"}
    without_sign_in = text.replace("${SignIn}/oauth2/token", "")
    page = directives(re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], without_sign_in))

    embed = directives(policy_for(SITE, ()))

    assert page.pop("manifest-src") == "'self'", "an embed is not installed: what it does not name is 'none'"
    assert {name: value.strip() for name, value in page.items()} == embed


@pytest.mark.covers("T35")
def test_embed_page_links_to_our_page_and_takes_no_vote(given_open: Callable[..., Poll]) -> None:
    poll = given_open()

    links = re.findall(r"<a [^>]*href=.*?>", embed_page_of(poll.to_public(now())))

    targets = [unescape(re.findall('href="(.*?)"', link)[0]) for link in links]
    ours = f"/?poll={poll.poll_id}"
    assert targets == [f"{ours}&choice=a", f"{ours}&choice=b", ours]
    assert all('target="_blank" rel="noopener"' in link for link in links)
    assert not re.search(r"<button|<form|<input", embed_page_of(poll.to_public(now())))


def test_embed_page_of_closed_poll_offers_no_choice(given_open: Callable[..., Poll]) -> None:
    page = embed_page_of(given_open(ends_in=-timedelta(minutes=1)).to_public(now()))

    assert "&amp;choice=" not in page


def test_embed_page_shows_images_of_options(given_open: Callable[..., Poll]) -> None:
    change: dict[str, Any] = {"image_a": f"/images/{'a' * 64}.webp"}
    page = embed_page_of(replace(given_open(), **change).to_public(now()))

    assert re.findall("<img.*?>", page) == [
        f'<img class="picture" src="/images/{"a" * 64}.webp" alt="" decoding="async">'
    ]


@pytest.mark.parametrize("field", ["question", "option_a", "option_b"])
def test_texts_of_organisers_are_escaped(given_open: Callable[..., Poll], field: str) -> None:
    change: dict[str, Any] = {field: MARKUP}
    poll = replace(given_open(), **change)

    page = embed_page_of(poll.to_public(now()))

    assert MARKUP not in page
    assert page.count("<script") == 1
    assert "<img" not in page
