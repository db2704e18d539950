"""Link preview and embed page: their content, and the escaping of texts."""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.ids import new_poll_id
from contracts.polls import CreatePoll, PublicPoll
from poll_service.domain.embed_page import embed_page_of, policy_for
from poll_service.domain.lifecycle import create_poll, open_poll
from poll_service.domain.link_preview import DEFAULT_CARD, not_found_page, preview_of
from poll_service.domain.link_preview_texts import MESSAGES
from poll_service.domain.schedule import Schedule

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SITE = "https://vote.example"
HOUR = timedelta(hours=1)
SCRIPT = "<script>alert(1)</script>"


def poll_of(question: str = "Tea or coffee?", label: str = "Tea", ended: bool = False) -> PublicPoll:
    wanted = CreatePoll.model_validate(
        {"question": question, "options": {"a": {"label": label}, "b": {"label": "Coffee"}}}
    )
    draft = create_poll(wanted, new_poll_id(), "ada", NOW - 3 * HOUR).poll
    opened = open_poll(draft, Schedule(), NOW - HOUR if ended else None, NOW - 2 * HOUR).poll
    return opened.to_public(NOW)


def with_image(poll: PublicPoll, side: str, image: str) -> PublicPoll:
    option = getattr(poll.options, side).model_copy(update={"image": image})
    return poll.model_copy(update={"options": poll.options.model_copy(update={side: option})})


def test_embed_page_of_open_poll_links_each_option_to_our_page() -> None:
    poll = poll_of()
    page = embed_page_of(poll)
    for side in "ab":
        assert f'href="/?poll={poll.poll_id}&amp;choice={side}" target="_blank" rel="noopener"' in page


def test_embed_page_of_closed_poll_offers_no_vote() -> None:
    assert "choice=a" not in embed_page_of(poll_of(ended=True))


@pytest.mark.parametrize("side", ["a", "b"])
def test_embed_page_shows_images_and_preview_the_first_one(side: str) -> None:
    poll = with_image(poll_of(), side, "/images/x.webp")
    assert embed_page_of(poll).count('<img class="picture" src="/images/x.webp"') == 1
    assert f'<meta property="og:image" content="{SITE}/images/x.webp">' in preview_of(
        poll, SITE, MESSAGES["en"]
    )


def test_preview_of_poll_without_images_shows_the_default_card() -> None:
    assert f'content="{SITE}{DEFAULT_CARD}"' in preview_of(poll_of(), SITE, MESSAGES["en"])


def test_every_page_escapes_texts_of_organisers() -> None:
    poll = poll_of(question=SCRIPT, label='"><b>')
    for page in (embed_page_of(poll), preview_of(poll, SITE, MESSAGES["en"])):
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page
        assert '"><b>' not in page


def test_preview_passes_on_only_a_language_that_the_link_requested() -> None:
    poll = poll_of()
    page = preview_of(poll, SITE, MESSAGES["he"], asked=True)
    assert '<html lang="he" dir="rtl">' in page
    assert f'href="/?poll={poll.poll_id}&amp;lang=he"' in page
    assert f'href="/?poll={poll.poll_id}"' in preview_of(poll, SITE, MESSAGES["he"])


def test_not_found_page_is_in_the_readers_language() -> None:
    page = not_found_page(MESSAGES["de"])
    assert '<html lang="de" dir="ltr">' in page
    assert MESSAGES["de"].not_found_title in page


@pytest.mark.parametrize(
    ("site", "origins", "expected"),
    [
        (SITE, (), ("wss://vote.example", "frame-ancestors 'none'")),
        (
            "http://localhost:8080",
            ("https://news.example",),
            ("ws://localhost:8080", "frame-ancestors https://news.example"),
        ),
    ],
)
def test_embed_policy_names_the_socket_and_the_embed_origins(
    site: str, origins: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert all(part in policy_for(site, origins) for part in expected)
