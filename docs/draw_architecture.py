"""Draw the packages of nnviz and the imports between them into docs/ARCHITECTURE.md.

Run ``python -m docs.draw_architecture``. The picture is Mermaid text, which GitHub shows as a graph. An arrow a --> b
says that a file of a imports from b. Arrows that follow from others (a --> b --> c, and a --> c) are left out of the
picture and stand in the table below it.
"""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "ARCHITECTURE.md"
BEGIN, END = "<!-- begin: drawn from the imports -->", "<!-- end: drawn from the imports -->"
OUTSIDE = {"app.py": "app.py", "pages": "pages"}

Graph = dict[str, set[str]]


def read_imports() -> Graph:
    """Return which packages of nnviz, pages and app.py import from which, read from the source files."""
    graph: Graph = defaultdict(set)
    for room, files in rooms().items():
        graph[room]
        for file in files:
            graph[room] |= {name for name in imported_packages(file) if name != room}
    return {room: {name for name in targets if name in graph} for room, targets in graph.items()}


def rooms() -> dict[str, list[Path]]:
    """Return the source files of each package, of the pages and of app.py."""
    packages = {
        folder.name: sorted(folder.rglob("*.py"))
        for folder in sorted((ROOT / "nnviz").iterdir())
        if (folder / "__init__.py").exists()
    }
    return {"app.py": [ROOT / "app.py"], "pages": sorted((ROOT / "pages").glob("*.py")), **packages}


def imported_packages(file: Path) -> set[str]:
    """Return the packages of nnviz that a file imports from, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "nnviz":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nnviz."):
            found.add((node.module or "").split(".")[1])
    return found


def without_implied(graph: Graph) -> Graph:
    """Return the graph without the arrows that follow from two or more others. The graph has no circles."""

    def reached(start: str) -> set[str]:
        return graph[start] | {far for near in graph[start] for far in reached(near)}

    return {
        room: {name for name in targets if not any(name in reached(other) for other in targets - {name})}
        for room, targets in graph.items()
    }


def draw() -> str:
    """Return the picture and the table of all imports as Markdown."""
    graph = read_imports()
    arrows = [
        f"  {room} --> {name}" for room, names in without_implied(graph).items() for name in sorted(names)
    ]
    rows = [
        f"| `{room}` | {', '.join(sorted(names)) or 'nothing of nnviz'} |" for room, names in graph.items()
    ]
    lines = ["```mermaid", "graph TD", *arrows, "```", "", "| package | imports from |", "|---|---|", *rows]
    return "\n".join(lines)


def updated(document: str) -> str:
    """Return the document with the picture between its two marks."""
    before, rest = document.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{draw()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(updated(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
