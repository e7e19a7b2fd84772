"""Open every popover, choose every entry of every menu, and empty every control of every chapter.

``python -m tests.lessons.walk [PAGE ...]`` makes the whole walk, one change at a time, and prints each exception. The
tests make its short form: all popovers at once, and all controls emptied at once.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from streamlit.testing.v1 import AppTest

from nnviz.lessons.pages import MENU
from tests.apps import open_page
from tests.lessons.chapters import all_chapters

ROUNDS = 3  # a popover that opens may show further ones


def blocks(node: Any) -> Iterator[Any]:
    """Yield a block of a page and all that is inside."""
    yield node
    for child in getattr(node, "children", {}).values():
        yield from blocks(child)


def closed_popovers(app: AppTest) -> list[str]:
    """Return the keys of the popovers that are closed; those without a key show everything at once."""
    found = [block.proto for block in blocks(app._tree) if block.type == "popover"]
    ids = [proto.id for proto in found if proto.id and not proto.popover.open]
    return [each.split("-", 2)[2] for each in ids]  # $$ID-<hash>-<key>


def open_popovers(app: AppTest) -> AppTest:
    """Return the page with every popover open."""
    for _ in range(ROUNDS):
        keys = closed_popovers(app)
        if not keys:
            break
        for key in keys:
            app.session_state[key] = True
        app.run()
    return app


def controls(app: AppTest) -> list[tuple[Any, Any]]:
    """Return the controls that can be emptied, each with what it then has."""
    several: list[tuple[Any, Any]] = [
        (group, []) for group in app.button_group if isinstance(group.value, list)
    ]
    one = [(group, None) for group in app.button_group if not isinstance(group.value, list)]
    numbers = [(box, None) for box in app.number_input]
    words = [(box, "") for box in (*app.text_input, *app.text_area)]
    return [*several, *one, *numbers, *words, *((box, []) for box in app.multiselect)]


def empty_all(app: AppTest) -> AppTest:
    """Return the page with all of its controls emptied."""
    for control, nothing in controls(app):
        with suppress(ValueError, TypeError):  # one that cannot be emptied
            control.set_value(nothing)
    return app.run()


def changes(app: AppTest) -> Iterator[tuple[str, str, Any]]:
    """Yield each single change: the kind and the key of a control, and its new value."""
    for menu in app.selectbox:
        yield from (("selectbox", str(menu.key), place) for place in range(len(menu.options)))
    for control, nothing in controls(app):
        yield control.type, str(control.key), nothing
    for toggle in app.toggle:
        yield "toggle", str(toggle.key), not toggle.value


def make(app: AppTest, kind: str, key: str, value: Any) -> None:
    """Make one change, if the control is still there."""
    with suppress(KeyError, ValueError, TypeError):
        control = getattr(app, kind)(key=key)
        control.select_index(value) if kind == "selectbox" else control.set_value(value)
    app.run()


def walk(page: str, chapter: str) -> tuple[int, list[str]]:
    """Return how many changes were made in a chapter, and what failed; a page that failed is opened again."""

    def opened() -> AppTest:
        return open_popovers(open_page(page, **{f"{MENU[page].prefix}_chapter": chapter}))

    app, faults, done = opened(), [], 0
    every = list(changes(app))
    for kind, key, value in every:
        make(app, kind, key, value)
        done += 1
        if app.exception:
            faults.append(f"{page}, {chapter}: {kind} {key} = {value!r}: {app.exception[0].message[:300]}")
            app = opened()
    if empty_all(app).exception:
        faults.append(f"{page}, {chapter}: all emptied: {app.exception[0].message[:300]}")
    return done + 1, faults


def main(pages: list[str]) -> int:
    """Walk through the pages, print what failed, and return the number of faults."""
    total, failed, begin = 0, 0, time.perf_counter()
    for page, chapter in all_chapters():
        if pages and page not in pages:
            continue
        done, faults = walk(page, chapter.key)
        total, failed = total + done, failed + len(faults)
        print(f"{page}, {chapter.key}: {done} changes, {len(faults)} faults", *faults, sep="\n  ", flush=True)
    print(f"{total} changes, {failed} faults, {time.perf_counter() - begin:.0f} s")
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
