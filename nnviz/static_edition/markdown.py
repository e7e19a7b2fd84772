"""Turn our own Markdown, as far as the lessons use it, into HTML with marked formulas.

What is not Markdown is escaped, so no text can become an element.
"""

import re
from collections.abc import Iterator
from html import escape

_MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
_LINK = re.compile(r'\[([^\[\]]+)\]\((\S+?)(?: "((?:[^"\\]|\\.)*)")?\)')
_INLINE = [
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*(.+?)\*\*", re.DOTALL), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*]*?)\*(?![\w*])"), r"<em>\1</em>"),
    (re.compile(r":material/\w+:\s*"), ""),
    (re.compile(r":[a-z]+(?:-background)?\[([^\[\]]*)\]"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!$|])"), r"\1"),
]


def to_html(markdown: str) -> str:
    """Return paragraphs, headings, lists, tables and formulas as HTML."""
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\x00{len(kept) - 1}\x00"

    def formula(found: re.Match[str]) -> str:
        tex, display = found[1] or found[2], int(found[1] is not None)
        return keep(f'<span class="tex" data-display="{display}">{escape(tex.strip())}</span>')

    def link(found: re.Match[str]) -> str:
        title = f' title="{escape(found[3])}"' if found[3] else ""
        if found[2].startswith(("https://", "http://")):
            begin, end = f'<a href="{escape(found[2])}"{title}>', "</a>"
        else:  # a term of the glossary, or a page of the app
            begin, end = f"<abbr{title}>", "</abbr>"
        return keep(begin) + found[1] + keep(end)

    text = _LINK.sub(link, _MATH.sub(formula, markdown))
    text = escape(text, quote=False)
    for pattern, html in _INLINE:
        text = pattern.sub(html, text)
    html = "\n".join(_blocks(text))
    while "\x00" in html:
        html = re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], html)
    return html


def _blocks(text: str) -> Iterator[str]:
    """Yield the blocks of a text whose inline marks are HTML already."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        heading = re.match(r"(#{1,4}) (.*)", lines[0])
        if heading:
            level = min(len(heading[1]), 4)
            yield f"<h{level}>{heading[2]}</h{level}>"
            lines = lines[1:]
        if lines and all(re.match(r"\s*([-*]|\d+\.) |\s{2,}", line) for line in lines):
            items = re.split(r"(?:^|\n)\s*(?:[-*]|\d+\.) ", "\n".join(lines))[1:]
            yield "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
        elif len(lines) > 1 and re.fullmatch(r"[\s|:-]+", lines[1]):
            rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in (lines[0], *lines[2:])]
            yield "<table>" + "".join(_row(row) for row in rows) + "</table>"
        elif lines:
            yield "<p>" + "<br>".join(lines) + "</p>"


def _row(cells: list[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell.strip()}</td>" for cell in cells) + "</tr>"
