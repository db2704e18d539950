from pathlib import Path

import pytest
from frontend.domain.brand import LINK
from frontend.domain.site import CONTENT_TYPES, SiteObject, UnknownFileTypeError, site_objects

PAGES = Path(__file__).resolve().parents[2] / "site"


def published(site: Path, config: dict[str, str] | None = None) -> dict[str, SiteObject]:
    return {item.key: item for item in site_objects(site, config or {})}


def write(site: Path, **files: str) -> Path:
    for name, text in files.items():
        path = site / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return site


def test_page_in_a_folder_is_also_stored_under_the_folder_name(tmp_path: Path) -> None:
    objects = published(write(tmp_path, admin__index_html="<p>admin"))
    assert set(objects) == {"admin/index.html", "admin/", "admin", "config.json"}
    for key in ("admin/", "admin"):
        assert objects[key].body == objects["admin/index.html"].body
        assert objects[key].content_type == "text/html; charset=utf-8"
        assert objects[key].cache_control == "no-cache"


def test_root_page_has_one_key(tmp_path: Path) -> None:
    assert set(published(write(tmp_path, index_html="<p>"))) == {"index.html", "config.json"}


def test_pages_and_configuration_are_revalidated_and_modules_cached_at_the_edge(tmp_path: Path) -> None:
    objects = published(write(tmp_path, index_html="<p>", logic__clock_js="1"))
    assert objects["index.html"].cache_control == objects["config.json"].cache_control == "no-cache"
    assert "max-age=0" in objects["logic/clock.js"].cache_control
    assert "s-maxage=300" in objects["logic/clock.js"].cache_control


def test_assets_are_immutable(tmp_path: Path) -> None:
    objects = published(write(tmp_path, **{"assets__page-1a2b_js": "1"}))
    assert objects["assets/page-1a2b.js"].cache_control == "public, max-age=31536000, immutable"


def test_pages_are_uploaded_last(tmp_path: Path) -> None:
    pages = {"index_html": "<p>", "admin__index_html": "<p>"}
    write(tmp_path, **pages, voter__page_js="1", assets__page_js="1", z_css="")
    keys = [item.key for item in site_objects(tmp_path, {})]
    assert keys[-4:] == ["admin/index.html", "admin/", "admin", "index.html"]
    assert len(keys) == 8


def test_configuration_contains_the_properties_of_the_template(tmp_path: Path) -> None:
    config = published(tmp_path, {"signInUrl": "https://s.example", "webSocketPath": "/ws"})["config.json"]
    assert config.body == b'{\n  "signInUrl": "https://s.example",\n  "webSocketPath": "/ws"\n}'
    assert config.content_type == "application/json"


def test_brand_changes_every_page_and_the_style_sheet_of_embeds_and_no_other_file(tmp_path: Path) -> None:
    page = "<head></head>"
    site = write(
        tmp_path, index_html=page, admin__index_html=page, voter__page_js=f"'{page}'", style_css="p {}"
    )
    plain = published(site)
    branded = {item.key: item for item in site_objects(site, {}, b":root { --a: #0055aa }")}
    changed = {key for key, item in branded.items() if item.body != plain[key].body}
    pages = {"index.html", "admin/index.html", "admin/", "admin"}
    assert changed == pages | {"style.css"}
    assert all(LINK.encode() in branded[key].body for key in pages)
    assert branded["style.css"].body == b"p {}:root { --a: #0055aa }"


def test_unknown_file_type_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(UnknownFileTypeError, match=r"notes\.docx"):
        published(write(tmp_path, notes_docx="x"))


def test_every_file_of_the_real_site_has_a_content_type() -> None:
    objects = published(PAGES)
    pages = {"index.html", "admin/", "admin/index.html", "present/", "present/index.html", "verify"}
    assert pages | {"style.css", "voter/page.js"} <= set(objects)
    assert {item.content_type for item in objects.values()} <= set(CONTENT_TYPES.values())
