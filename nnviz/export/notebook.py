"""Write source code as a Jupyter notebook: a title, and a cell for each part of the code."""

import ast
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook_text(source: str, title: str, words: str = "") -> str:
    """Return a notebook (nbformat 4.5, JSON) with the title, the words, and the cells of a program in Python.

    The parts of the program that empty lines separate are cells of their own. Nothing is run, so there are no results
    yet. SyntaxError if the source is not Python.
    """
    heading = f"# {title}\n\n{words}".rstrip()
    cells = [_cell(0, "markdown", heading)]
    cells += [_cell(k, "code", part) for k, part in enumerate(_parts(source), 1)]
    document = {
        "cells": cells,
        "metadata": {"kernelspec": _KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return {**cell, "source": text.splitlines(keepends=True)}


def _parts(source: str) -> Iterator[str]:
    """Yield the parts of a program between empty lines that stand between two of its statements."""
    lines = source.splitlines()
    statements = ast.parse(source).body
    cuts = [0]
    for before, after in pairwise(statements):
        between = lines[before.end_lineno or 0 : after.lineno - 1]
        if "" in between:
            cuts.append((before.end_lineno or 0) + between.index(""))
    for start, end in pairwise([*cuts, len(lines)]):
        part = "\n".join(lines[start:end]).strip("\n")
        if part:
            yield part
