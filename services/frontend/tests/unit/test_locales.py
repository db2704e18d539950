"""Translations: every phrase exists in every language, has the English placeholders, and is used."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.polls import Option, Options, PublicPoll
from poll_service.domain.embed_page import embed_page_of
from poll_service.domain.link_preview_texts import MESSAGES as LINKS

SITE: Final = Path(__file__).resolve().parents[2] / "site"
LOCALES: Final = tuple(SITE / name / "locales" for name in ("", "verify", "present", "admin", "organisers"))
"""The phrases of all pages, those of one page each, and those of both organisers' pages."""
PAGES: Final = ("index.html", "verify/index.html", "admin/index.html", "present/index.html")
type Phrase = str | dict[str, str]

PLURALS: Final = {
    "en": {"one", "other"},
    "de": {"one", "other"},
    "es": {"one", "many", "other"},
    "fr": {"one", "many", "other"},
    "he": {"one", "two", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}
"""The plural categories of CLDR; `test_languages.py` compares them with a browser's."""

SAYS_THE_NUMBER_ITSELF: Final = {"zero", "one", "two"}
NAME: Final = re.compile(r'["`]([a-z_]+\.[a-z_]+|summary|audience|votes|votes_so_far)["`]')
NAME_AT: Final = re.compile(r'phraseAt\("(\w+)"')
WITHOUT_SCRIPTS: Final = {"screen quiet floor", "unstyled"}
"""Classes of text for pages without scripts, which show every language at once."""

LATIN: Final = re.compile(r"\{\w+\}|https(://)?|ada@example\.com|ada\.l|WebP|This or That")
"""Parts of a text that are the same in every script."""

SAME: Final = {
    "app.ok", "exports.format", "exports.title", "form.question", "list.status", "live.live",
    "live.offline", "present.ok", "sharing.link", "single.title", "start.no", "when.zone",
}  # fmt: skip
"""Phrases that may be the same in English and in another language."""

OWN_NAME: Final = {"This", "That", "or"}
"""The site's name is the same in every language."""


def words_in(folder: Path, language: str) -> dict[str, Phrase]:
    [path] = folder.glob(f"{language}.js*")  # English is a module, loaded with every page
    text = path.read_text()
    words: dict[str, Phrase] = json.loads(text.removeprefix("export default ").removesuffix(";\n"))
    assert list(words) == sorted(words), path
    return words


WORDS: Final = {
    language: {name: phrase for folder in LOCALES for name, phrase in words_in(folder, language).items()}
    for language in PLURALS
}
ENGLISH: Final = WORDS["en"]


def forms(phrase: Phrase) -> dict[str, str]:
    return {"": phrase} if isinstance(phrase, str) else phrase


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def code() -> Iterator[str]:
    """Return the source of the modules that may name phrases, without vendored code and phrases."""
    for path in SITE.rglob("*.js"):
        if path.parent.name not in {"vendor", "locales"}:
            yield path.read_text()


class _Markup(HTMLParser):
    """The phrases that a page names, and its texts without a phrase."""

    def __init__(self) -> None:
        super().__init__()
        self.named: dict[str, str] = {}
        self.unnamed: set[str] = set()
        self._path: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if label := given.get("data-label"):
            self.named[label] = given["aria-label"] or ""
        if name := given.get("data-phrase"):
            self.named[name] = ""
        if tag not in {"meta", "link", "input", "circle", "path"}:
            self._path.append({"tag": tag, **given})

    def handle_endtag(self, tag: str) -> None:
        if self._path and self._path[-1]["tag"] == tag:
            self._path.pop()

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if not text:
            return
        if name := self._path[-1].get("data-phrase"):
            self.named[name] = text
        elif not any(self._says_all_itself(one) for one in self._path):
            self.unnamed.add(text)

    @staticmethod
    def _says_all_itself(one: dict[str, str | None]) -> bool:
        own = one["tag"] in {"noscript", "title"} or one.get("class") in WITHOUT_SCRIPTS
        return own or "translate" in one


def markup() -> _Markup:
    page = _Markup()
    for name in PAGES:
        page.feed((SITE / name).read_text())
    options = Options(a=Option(label="This", image=None), b=Option(label="That", image=None))
    poll = PublicPoll(
        poll_id="0" * 26, question="This", options=options, status=PollStatus.OPEN, opens_at=None,
        closes_at=None, policy=VoterPolicy.DEVICE, result_visibility=ResultVisibility.ALWAYS,
        show_turnout=False, revision=2,
    )  # fmt: skip
    page.feed(embed_page_of(poll))
    return page


def said() -> set[str]:
    """Every phrase that the pages use."""
    text = "\n".join(code())
    at = {f"{name}.{how}" for name in NAME_AT.findall(text) for how in ("time", "day")}
    return set(NAME.findall(text)) | at | set(markup().named)


def test_offered_languages_match_the_locale_files() -> None:
    offered = re.findall(r"^  (\w\w): ", (SITE / "logic" / "language.js").read_text(), re.MULTILINE)
    assert offered == list(PLURALS)
    assert [{path.stem for path in folder.iterdir()} for folder in LOCALES] == [set(PLURALS)] * len(LOCALES)


@pytest.mark.parametrize("language", PLURALS)
def test_every_language_has_exactly_the_english_phrases(language: str) -> None:
    for folder in LOCALES:
        assert set(words_in(folder, language)) == set(words_in(folder, "en"))


def test_no_phrase_is_in_two_folders() -> None:
    names = [name for folder in LOCALES for name in words_in(folder, "en")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", PLURALS)
def test_every_phrase_has_the_placeholders_of_the_english_phrase(language: str) -> None:
    for name, phrase in WORDS[language].items():
        wanted = placeholders(forms(ENGLISH[name]).get("other") or forms(ENGLISH[name])[""])
        for category, text in forms(phrase).items():
            assert text == text.strip() != "", name
            missing = wanted - placeholders(text)
            assert placeholders(text) <= wanted, f"{name}, {category}"
            assert missing <= ({"n"} if category in SAYS_THE_NUMBER_ITSELF else set()), f"{name}, {category}"


@pytest.mark.parametrize("language", PLURALS)
def test_counted_phrases_have_every_plural_of_the_language(language: str) -> None:
    for name, phrase in WORDS[language].items():
        assert isinstance(phrase, str) == isinstance(ENGLISH[name], str), name
        if not isinstance(phrase, str):
            assert set(phrase) == PLURALS[language], name


@pytest.mark.parametrize("language", [language for language in PLURALS if language != "en"])
def test_translations_differ_from_english(language: str) -> None:
    same = {name for name, phrase in WORDS[language].items() if phrase == ENGLISH[name]}
    assert same <= SAME
    if language in {"he", "ar"}:
        latin = {
            name
            for name, phrase in WORDS[language].items()
            if any(re.search("[a-z]", re.sub(LATIN, "", text)) for text in forms(phrase).values())
        }
        assert latin == set()


def test_every_used_phrase_exists() -> None:
    groups = {name.split(".")[0] for name in ENGLISH}
    assert {name for name in said() if name.split(".")[0] in groups} <= set(ENGLISH)


def test_every_phrase_is_used() -> None:
    assert set(ENGLISH) - said() == set()


@pytest.mark.parametrize("language", PLURALS)
def test_link_previews_use_the_phrases_of_the_voter_page(language: str) -> None:
    ours, theirs = WORDS[language], LINKS[language]
    assert (ours["unknown.title"], ours["unknown.detail"], ours["unknown.action"]) == (
        theirs.not_found_title,
        theirs.not_found_detail,
        theirs.not_found_action,
    )
    assert f" {ours['vote.or']} " in theirs.choice
    assert list(LINKS) == list(PLURALS)


def test_markup_contains_only_phrases_in_english() -> None:
    page = markup()
    assert page.unnamed <= OWN_NAME
    written = {name: text for name, text in page.named.items() if text}
    assert written == {name: ENGLISH[name] for name in written}
    # Shown before the script runs; the voter's page has no other text twice, to be small.
    assert {"loading.title", "live.connecting"} <= set(written)


@pytest.mark.parametrize("part", ['id="floor"', "<noscript>"])
@pytest.mark.parametrize("page", PAGES)
def test_text_without_scripts_is_in_every_language(page: str, part: str) -> None:
    block = (SITE / page).read_text().partition(part)[2].partition("    </")[0]
    assert ["en", *re.findall(r'<p lang="(\w\w)"', block)] == list(PLURALS)
