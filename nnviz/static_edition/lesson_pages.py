"""Write the lessons as pages that need no Python and no server: a browser opens them from a web host or from a file."""

import base64
import json
import re
from collections.abc import Callable
from html import escape
from importlib.util import find_spec
from pathlib import Path

from nnviz.lessons.pages import PAGES, chapter_title
from nnviz.static_edition import text
from nnviz.static_edition.build import make_empty
from nnviz.static_edition.markdown import to_html
from nnviz.static_edition.recorded import Recording, record, run_page
from nnviz.web.components import STATIC
from nnviz.web.sharing import SCRIPTS

HERE = Path(__file__).parent
MODULE = re.compile(r'(from |import\()"\./([\w/]+\.js)"')
NOT_NEEDED = {"room.js", "class_console.js"}  # they ask a server

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="katex.css">
<link rel="stylesheet" href="lesson.css">
<script src="modules.js"></script>
<script src="vega.js" defer></script>
<script src="katex.js" defer></script>
<script src="lesson.js" defer></script>
</head>
<body data-testid="stMain">
<nav>{links}</nav>
<main data-testid="stMainBlockContainer">{body}</main>
<div class="needs">{needs}</div>
</body>
</html>
"""


def write_lessons(folder: Path, chapters: list[tuple[str, str]] | None = None) -> list[Path]:
    """Write a page for each chapter, by default for all, with what they share, and a list of them; return their files.

    chapters: pairs of a page and the key of a chapter. ValueError if ``folder`` holds files; ImportError without
    vl-convert-python, which brings Vega.
    """
    chosen = all_chapters() if chapters is None else chapters
    make_empty(folder)
    write_shared(folder)
    files = []
    for number, (page, chapter) in enumerate(chosen):
        files.append(folder / file_name(page, chapter))
        recording = record(run_page(page, "" if page == "home" else chapter))
        following = chosen[number + 1] if number + 1 < len(chosen) else None
        files[-1].write_text(page_html(page, chapter, recording, following), encoding="utf-8")
    (folder / "index.html").write_text(list_html(chosen), encoding="utf-8")
    return files


def all_chapters() -> list[tuple[str, str]]:
    """Return the page and the key of each chapter, in the order of the pages."""
    return [
        (name, key)
        for name, page in PAGES.items()
        for key in re.findall(r"(\w+)\.CHAPTER", (SCRIPTS / page.file).read_text(encoding="utf-8"))
    ]


def file_name(page: str, chapter: str) -> str:
    """Return the name of the file of a chapter."""
    return f"{page}-{chapter}.html"


def page_html(page: str, chapter: str, recording: Recording, following: tuple[str, str] | None) -> str:
    """Return the page of a chapter: what was recorded, and at its end what needs Python."""
    title = PAGES[page].title if page == "home" else chapter_title(page, chapter)
    links = f'<a href="index.html">{escape(text.ALL_LESSONS)}</a>'
    if following:
        links += (
            f' <a href="{file_name(*following)}">{escape(text.next_lesson(chapter_title(*following)))}</a>'
        )
    needs = list(dict.fromkeys(filter(None, recording.needs)))
    listed = to_html(f"{text.NEEDS_PYTHON}\n\n" + "\n".join(f"- {label}" for label in needs)) if needs else ""
    drawn = "".join(recording.html)
    told = text.FORMULAS_FOLLOW if '"name":"live_latex"' in drawn else text.CHARTS_FOLLOW
    follows = to_html(told) if 'data-live="' in drawn or '"name":"player"' in drawn else ""
    return _PAGE.format(
        title=escape(f"{title} · {text.TITLE}"),
        links=links,
        body=f"<h1>{escape(title)}</h1>{follows}{drawn}",
        needs=listed,
    )


def list_html(chapters: list[tuple[str, str]]) -> str:
    """Return the list of all chapters."""
    parts = [f"<h1>{escape(text.TITLE)}</h1><p>{escape(text.ABOUT_LESSONS)}</p>"]
    for page in dict.fromkeys(page for page, _ in chapters):
        parts.append(f"<h2>{escape(PAGES[page].title)}</h2><ul>")
        for name, chapter in chapters:
            if name == page:
                title = PAGES[page].title if page == "home" else chapter_title(page, chapter)
                parts.append(f'<li><a href="{file_name(page, chapter)}">{escape(title)}</a></li>')
        parts.append("</ul>")
    return _PAGE.format(title=text.TITLE, links="", body="".join(parts), needs="")


def write_shared(folder: Path) -> None:
    """Write the scripts and styles that all pages share: ours, Vega, and the KaTeX of Streamlit."""
    import vl_convert

    bundle: Callable[..., str] = (
        vl_convert.javascript_bundle
    )  # whose types name an argument that it does not need
    (folder / "vega.js").write_text(enclosed(bundle()), encoding="utf-8")
    for name in ("lesson.js", "lesson.css"):
        (folder / name).write_text((HERE / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "modules.js").write_text(modules_script(), encoding="utf-8")
    write_katex(folder)


def modules_script() -> str:
    """Return a script that gives the modules of the components names.

    A browser loads no module from a file. So each module is an address that holds it, and an import map names them.
    """
    imports = {}
    for file in sorted(STATIC.rglob("*.js")):
        name = file.relative_to(STATIC).as_posix()
        if name not in NOT_NEEDED:
            source = MODULE.sub(r'\1"nnviz/\2"', file.read_text(encoding="utf-8"))
            coded = base64.b64encode(source.encode()).decode()
            imports[f"nnviz/{name}"] = f"data:text/javascript;base64,{coded}"
    return (
        'const map = document.createElement("script")\nmap.type = "importmap"\n'
        f"map.textContent = JSON.stringify({json.dumps({'imports': imports})})\n"
        "document.currentScript.after(map)\n"
    )


def enclosed(script: str) -> str:
    """Return a script whose names are its own, because all scripts of a page share one list of names."""
    return f"(() => {{\n{script}\n}})()\n"


def write_katex(folder: Path) -> None:
    """Write KaTeX, its rules and its fonts, which the front end of Streamlit brings. ValueError if it has changed."""
    spec = find_spec("streamlit")
    static = Path(str(spec and spec.origin)).parent / "static" / "static"
    (script,) = static.glob("js/katex.*.js")
    source, changes = re.subn(
        r"export\s*\{(\w+) as default\};?\s*$", r"globalThis.katex = \1", script.read_text("utf-8")
    )
    renamed = set(re.findall(r"`katex-([a-z]+)`", source)) - {"display", "error", "html", "mathml"}
    rules = [
        rule for file in static.glob("css/*.css") for rule in katex_rules(file.read_text("utf-8"), renamed)
    ]
    if not changes or not rules:
        raise ValueError("this version of Streamlit holds KaTeX in another form")
    (folder / "katex.js").write_text(enclosed(source), encoding="utf-8")
    (folder / "katex.css").write_text("\n".join(rules), encoding="utf-8")
    (folder / "fonts").mkdir(exist_ok=True)
    for font in static.glob("media/KaTeX_*.woff2"):
        (folder / "fonts" / font.name).write_bytes(font.read_bytes())


def katex_rules(css: str, renamed: set[str]) -> list[str]:
    """Return the rules of KaTeX in a style sheet without comments, with fonts in the folder ``fonts``.

    renamed: classes that its script calls katex-NAME, and an older style sheet NAME: Streamlit 1.67 brings such a pair.
    """
    rules = re.findall(r"@font-face\s*\{[^}]*KaTeX[^}]*\}|[^{}]*\.katex[^{}]*\{[^}]*\}", css)
    rules = [re.sub(r"url\([^)]*?(KaTeX_[\w.-]+\.woff2)[^)]*\)", r"url(fonts/\1)", rule) for rule in rules]
    old = re.compile(rf"\.({'|'.join(sorted(renamed)) or '(?!)'})(?![\w-])")
    return [rule if rule.startswith("@") else old.sub(r".katex-\1", rule) for rule in rules]
