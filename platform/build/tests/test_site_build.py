"""The site build: bundles with integrity hashes."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from site_build.__main__ import main
from site_build.failure import SiteBuildError
from site_build.site import build

REAL = Path(__file__).resolve().parents[3] / "services" / "frontend" / "site"
PAGE = '<html><head><link rel="stylesheet" href="/s.css" media="print">{}</head><body></body></html>'
ENTRY = '<script type="module" src="/p/page.js"></script>'
NAMED = re.compile(r'<(?:link rel="stylesheet"|script)[^>]*?(?:href|src)="([^"]+)"[^>]*>')


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A page with a script that has two static imports and a dynamic one, and fetches data."""
    folder = tmp_path / "site"
    files = {
        "index.html": PAGE.format(ENTRY),
        "s.css": "p { margin-inline-start: 1px; color: light-dark(red, blue) }",
        "p/page.js": (
            'import { one } from "../one.js";\n'
            'import { PUBLISHED } from "../published.js";\n'
            "console.log(one, await fetch(PUBLISHED[`/words/${navigator.language}.json`].address));\n"
            'addEventListener("click", async () => console.log((await import("../later.js")).later));\n'
        ),
        "one.js": 'import { shared } from "./shared.js"; export const one = `one ${shared}`;',
        "shared.js": "export const shared = new Date();",
        "later.js": 'import { shared } from "./shared.js"; export const later = `later ${shared}`;',
        "published.js": "export const PUBLISHED = {};",
        "words/de.json": '"Hallo"',
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def named_in(page: Path) -> dict[str, str]:
    """Return each whole tag by its address."""
    return {found[1]: found[0] for found in NAMED.finditer(page.read_text())}


def test_a_page_references_two_files_with_integrity_hashes(site: Path, tmp_path: Path) -> None:
    build(site, out := tmp_path / "out")
    tags = named_in(out / "index.html")
    assert len(tags) == 2, "a style and a script"
    for address, tag in tags.items():
        assert address.startswith("/assets/")
        digest = hashlib.sha256((out / address[1:]).read_bytes()).digest()
        assert f'integrity="sha256-{base64.b64encode(digest).decode()}"' in tag


def test_other_attributes_and_the_rest_of_the_page_are_unchanged(site: Path, tmp_path: Path) -> None:
    build(site, out := tmp_path / "out")
    text = (out / "index.html").read_text()
    assert re.search(r'<link rel="stylesheet" href="/assets/[^"]+" media="print" integrity=', text)
    assert NAMED.sub("", text) == NAMED.sub("", (site / "index.html").read_text())


def test_style_sheets_that_follow_each_other_are_one_file_in_their_order(site: Path, tmp_path: Path) -> None:
    names = ("one", "two", "three", "print", "late")
    for name in names:
        (site / f"{name}.css").write_text(f".{name} {{ color: red; }}\n")
    one, two, three, late = (
        f'<link rel="stylesheet" href="/{name}.css">' for name in names if name != "print"
    )
    own = '<link rel="stylesheet" href="/print.css" media="print">'
    (site / "index.html").write_text(f"<head>{one}\n{two}\n{own}\n{three}<title>t</title>{late}</head>")
    build(site, out := tmp_path / "out")
    styles = [(out / address[1:]).read_text() for address in named_in(out / "index.html")]
    assert [re.findall(r"\.(\w+)", style) for style in styles] == [
        ["one", "two"], ["print"], ["three"], ["late"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("p {\n  color : red; /* why */\n}\n", "p{color : red;}"),
        ("a b ,  c:is(d) > e { }", "a b,c:is(d) > e{}"),
        ("p { width: calc(1px + (2px - 1px)) }", "p{width: calc(1px + (2px - 1px))}"),
        ("@media (width < 1px) and (height < 1px) { }", "@media (width < 1px) and (height < 1px){}"),
        ("""p::before { content: "a ;  /* b */ {" ; }""", """p::before{content: "a ;  /* b */ {";}"""),
        ("""p::before { content: 'a\\' ;  "' }""", """p::before{content: 'a\\' ;  "'}"""),
        ("/*! licence ; of  theirs */ p{}", "/*! licence ; of  theirs */ p{}"),
        ("/* a */ p /* b */ q /* c */ { }", "p q{}"),
    ],
)
def test_styles_lose_their_comments_and_indentation_alone(
    site: Path, tmp_path: Path, written: str, published: str
) -> None:
    (site / "s.css").write_text(written)
    build(site, out := tmp_path / "out")
    [style] = (out / "assets").glob("*.css")
    assert style.read_text().strip() == published
    assert (out / "s.css").read_text() == written, "also published as it is, under its own name"


def test_dynamic_imports_are_part_of_the_bundled_script(site: Path, tmp_path: Path) -> None:
    build(site, out := tmp_path / "out")
    [script] = (out / "assets").glob("*.js")
    assert "later " in script.read_text()
    assert "import(" not in script.read_text()


def test_a_script_contains_the_digest_of_its_fetched_data(site: Path, tmp_path: Path) -> None:
    build(site, out := tmp_path / "out")
    [words] = (out / "assets").glob("de-*.json")
    [script] = (out / "assets").glob("*.js")
    assert words.read_bytes() == (site / "words" / "de.json").read_bytes()
    digest = base64.b64encode(hashlib.sha256(words.read_bytes()).digest()).decode()
    for said in (f"/assets/{words.name}", f"sha256-{digest}"):
        assert said in script.read_text()


def test_data_of_a_folder_with_its_own_list_is_in_that_list_alone(site: Path, tmp_path: Path) -> None:
    (site / "more" / "words").mkdir(parents=True)
    (site / "more" / "words" / "fr.json").write_text('"Salut"')
    (site / "more" / "published.js").write_text("export const PUBLISHED = {};")
    (site / "more" / "page.js").write_text(
        'import { PUBLISHED } from "./published.js"; console.log(PUBLISHED["/more/words/fr.json"]);'
    )
    build(site, out := tmp_path / "out")
    [script] = (out / "assets").glob("*.js")
    listed = [script.read_text(), (out / "more" / "page.js").read_text()]
    assert [("/assets/de-" in text, "/assets/fr-" in text) for text in listed] == [
        (True, False),
        (False, True),
    ]


def test_every_file_is_also_published_under_its_own_name(site: Path, tmp_path: Path) -> None:
    build(site, out := tmp_path / "out")
    for path in site.rglob("*.*"):
        if path.suffix != ".html":
            assert (out / path.relative_to(site)).read_bytes() == path.read_bytes()


def test_an_unreferenced_page_script_is_bundled_under_its_own_name(site: Path, tmp_path: Path) -> None:
    (site / "embed").mkdir()
    (site / "embed" / "page.js").write_text('import { one } from "../one.js"; console.log(one);')
    build(site, out := tmp_path / "out")
    script = (out / "embed" / "page.js").read_text()
    assert "import" not in script
    assert "one " in script
    assert len(list((out / "assets").glob("*.js"))) == 1


def test_the_build_is_reproducible_in_any_folder(site: Path, tmp_path: Path) -> None:
    build(site, tmp_path / "one")
    moved = site.rename(tmp_path / "moved")
    build(moved, tmp_path / "two")
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two


def test_changed_content_changes_the_published_name(site: Path, tmp_path: Path) -> None:
    build(site, tmp_path / "one")
    (site / "shared.js").write_text("export const shared = Math.random();")
    (site / "s.css").write_text("p {}")
    build(site, tmp_path / "two")
    one, two = (set(named_in(tmp_path / name / "index.html")) for name in ("one", "two"))
    assert one.isdisjoint(two)


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("<style>p {}</style>", "forbids inline code"),
        ("<script>1</script>", "forbids inline code"),
        ('<script type="module" src="p/page.js"></script>', "with an absolute path"),
        ('<script type="module" src="https://cdn.example/a.js"></script>', "with an absolute path"),
        ('<link rel="stylesheet" href="/gone.css">', "/gone.css"),
        ('<link rel="modulepreload" href="/one.js">', "modulepreload is not allowed"),
    ],
)
def test_a_page_with_unverifiable_code_is_rejected(
    site: Path, tmp_path: Path, page: str, complaint: str
) -> None:
    (site / "index.html").write_text(PAGE.format(page))
    with pytest.raises(SiteBuildError, match=complaint):
        build(site, tmp_path / "out")


@pytest.mark.parametrize(
    "script",
    [
        'import "./gone.js";',
        "const = 1;",
        "await import(`./${navigator.language}.js`);",
        "await import(`/words/${navigator.language}.js`);",
    ],
)
def test_a_module_that_cannot_be_bundled_fails_the_build_with_the_reason(
    site: Path, tmp_path: Path, script: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "p" / "page.js").write_text(script)
    assert main(site, tmp_path / "out") == 1
    said = capsys.readouterr().err
    assert said.startswith("index.html: ")
    assert "page.js" in said


def test_each_real_page_references_existing_bundled_files(tmp_path: Path) -> None:
    build(REAL, out := tmp_path / "out")
    pages = sorted(REAL.rglob("*.html"))
    assert {page.relative_to(REAL).as_posix() for page in pages} >= {"index.html", "admin/index.html"}
    for page in pages:
        addresses = set(named_in(out / page.relative_to(REAL)))
        assert any(address.endswith(".js") for address in addresses)
        assert all((out / address[1:]).is_file() for address in addresses)
