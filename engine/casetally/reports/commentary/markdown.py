"""Why: an analyst's words become part of a page that is sent on, so they can hold nothing that runs, loads, or breaks the page.

CommonMark without HTML, images and tables. Headings become bold paragraphs, since the page has an order of headings of its own.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from casetally.reports.document import OwnWords

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

_SAFE_LINKS = ("http://", "https://", "mailto:")
_REL = "noopener noreferrer nofollow"
_NESTING = 20  # of lists and quotes within each other


def as_html(words: OwnWords) -> str:
    """An analyst's words as HTML that may stand within a block: paragraphs, lists, quotes, code, emphasis, links.

    Raw HTML shows as it is written; an image shows its description; a link leads to http, https or mailto, else it stays text.
    """
    rendered: str = _parser().render(words.text)
    return rendered


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _NESTING})
    parser.validateLink = _is_safe  # type: ignore[method-assign]
    parser.add_render_rule("heading_open", lambda *_: "<p><strong>")
    parser.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    parser.add_render_rule("image", lambda _, tokens, at, *__: escape(tokens[at].content))
    parser.core.ruler.push("links", _hold_links)
    parser.add_render_rule(
        "fence", lambda _, tokens, at, *__: f"<pre><code>{escape(tokens[at].content)}</code></pre>\n"
    )
    return parser


def _is_safe(url: str) -> bool:
    return url.strip().lower().startswith(_SAFE_LINKS)


def _hold_links(state: StateCore) -> None:
    """Links as they may stand; one that leads nowhere safe (an empty one is never validated) gives way to its text."""
    for block in state.tokens:
        if not block.children:
            continue
        kept, is_safe = [], True
        for token in block.children:
            if token.type == "link_open":
                is_safe = _is_safe(str(token.attrGet("href") or ""))
                token.attrSet("rel", _REL)
            if is_safe or token.type not in ("link_open", "link_close"):
                kept.append(token)
        block.children = kept
