"""Why: whatever stands in an analyst's file, the page that holds it must stay whole, load nothing and run nothing."""

from __future__ import annotations

import pytest
from casetally.reports.commentary import as_html
from casetally.reports.commentary.own_words import MOST_BYTES
from casetally.reports.document import OwnWords
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

MAY_STAND = {"p", "strong", "em", "ul", "ol", "li", "blockquote", "pre", "code", "a", "hr", "br", "div"}
MAY_SAY = {"a": {"href", "title", "rel"}, "ol": {"start"}}


def rendered(text: str) -> str:
    return as_html(OwnWords(text, "words.md"))


def is_harmless(text: str) -> None:
    """Only elements and attributes of a short list, links that lead where they may, and nothing that ends the block."""
    inside = rendered(text)
    root = lxml_html.fromstring(f"<div id='outside'>{inside}</div>")
    assert root.get("id") == "outside"
    for one in root.iter():
        assert isinstance(one.tag, str), "no comments or instructions"
        assert one.tag in MAY_STAND
        allowed = MAY_SAY.get(one.tag, set()) | ({"id"} if one is root else set())
        assert set(one.attrib) <= allowed
        if one.tag == "a":
            assert one.get("href", "").lower().startswith(("http://", "https://", "mailto:"))
            assert one.get("rel") == "noopener noreferrer nofollow"


def test_what_an_analyst_writes_is_shown() -> None:
    assert rendered("Fewer **late** than _usual_:\n\n- one\n- two\n\n> said so\n\n`x`") == (
        "<p>Fewer <strong>late</strong> than <em>usual</em>:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<blockquote>\n<p>said so</p>\n</blockquote>\n<p><code>x</code></p>\n"
    )


@pytest.mark.parametrize("text", ["# Why", "###### Why", "Why\n==="])
def test_a_heading_is_a_bold_paragraph(text: str) -> None:
    assert rendered(text) == "<p><strong>Why</strong></p>\n"


def test_a_link_opens_nothing_of_the_page() -> None:
    assert rendered("[report](https://example.org/a?b=1&c=2 'the \"title\"')") == (
        '<p><a href="https://example.org/a?b=1&amp;c=2" title="the &quot;title&quot;" '
        'rel="noopener noreferrer nofollow">report</a></p>\n'
    )


@pytest.mark.parametrize("url", ["https://example.org", "HTTP://example.org", "mailto:team@example.org"])
def test_these_links_lead_somewhere(url: str) -> None:
    assert "<a href=" in rendered(f"[x]({url})")
    is_harmless(f"[x]({url})")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)", "vbscript:x",
     "data:text/html,x",      "data:image/png;base64,AAAA", "file:///x", "//example.org/x", "/x", "#top", "x.html", "blob:x",
     " javascript:alert(1)", ""],
)  # fmt: skip
def test_no_other_link_leads_anywhere(url: str) -> None:
    for text in (f"[x]({url})", f"[x](<{url}>)", f"<{url}>", f"[x]\n\n[x]: {url}\n"):
        assert "<a" not in rendered(text)
        is_harmless(text)


def test_a_link_that_leads_nowhere_safe_stays_as_it_was_written() -> None:
    assert rendered("[x](javascript:alert(1))") == "<p>[x](javascript:alert(1))</p>\n"
    assert rendered("[x]()") == "<p>x</p>\n"


def test_an_image_is_its_description_and_loads_nothing() -> None:
    assert rendered('![a "chart" <b>](https://example.org/x.png "t")') == "<p>a &quot;chart&quot; &lt;b&gt;</p>\n"
    is_harmless("![x](https://example.org/x.png)")
    is_harmless("[![x](https://example.org/x.png)](https://example.org)")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</div></section></body>",
        "<!-- a comment --> and <![CDATA[x]]> and <?php x ?>",
        "<style>*{display:none}</style>",
        "<svg/onload=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;",
        "`<script>`",
        "```html\n<script>alert(1)</script>\n```",
        "```\"><script>\nx\n```",
        "    <script>alert(1)</script>",
        "<https://example.org/\"onmouseover=alert(1)>",
        '[x](https://example.org/"onmouseover="alert(1) "a\\"onmouseover=alert(1)")',
        '[x](https://example.org "&quot; onclick=&quot;alert(1)")',
        "[<script>](https://example.org/<script>)",
        "# <script>alert(1)</script>",
        "| a | b |\n|---|---|\n| <b> | 2 |",
        "{{ 7*7 }} {% include 'x' %} ${7*7}",
        "\u202ereversed\u2028line",
        "[x]: https://example.org '\n<script>alert(1)</script>'\n\n[x]",
        "1234567890. a list that begins high",
        "<div>\n\n# in a block\n\n</div>",
    ],
)  # fmt: skip
def test_hostile_words_end_harmless(text: str) -> None:
    is_harmless(text)
    assert "<script" not in rendered(text)


@pytest.mark.parametrize(
    "text",
    [">" * 50_000 + " deep", "- " * 30_000 + "deep", "[" * 90_000, "*a " * 30_000,
     "`" * 90_000, "![" * 40_000, "_" * 90_000 + "x",
     "[a](" * 20_000, "<" * 90_000, "&" * 90_000, "\\" * 90_000, "a\n" * 45_000,
     "1. " * 30_000, "[a]: x\n" * 10_000, "***a** " * 12_000,
     "".join("`" * one for one in range(400)) + "x"],
)  # fmt: skip
def test_deep_and_long_words_end_harmless(text: str) -> None:
    is_harmless(text[:MOST_BYTES])


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab <>&\"'`*_#[]()!\\/:.-\n\t|~=h", max_size=200))
def test_any_words_end_harmless(text: str) -> None:
    is_harmless(text)
