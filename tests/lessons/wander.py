"""Use the app at random without a browser: ``python -m tests.lessons.wander --sequences 100 --minutes 3``.

A sequence opens a chapter and makes 30 actions: it moves controls, types, presses buttons, opens popovers and tables,
and goes to other chapters and pages and back. An exception on the page is a fault. `benchmarks/random_use.py` does the
same with Chromium, which sees the console, and the link with the settings: AppTest does not write into the link.
"""

import argparse
import random
import time
from contextlib import suppress
from typing import Any

from streamlit.testing.v1.errors import AppTestError

from benchmarks.random_use import TYPED
from nnviz.lessons.pages import MENU
from tests.apps import open_page
from tests.lessons.chapters import all_chapters
from tests.lessons.walk import closed_popovers

ACTIONS = {
    "slider": 6, "selectbox": 4, "button_group": 4, "toggle": 3, "number_input": 3, "text_input": 3,
    "text_area": 1, "radio": 1, "button": 6, "popover": 3, "chapter": 3, "trip": 2,
}  # fmt: skip
CHAPTERS = sorted((page, chapter.key) for page, chapter in all_chapters())


class Visitor:
    """One sequence of random actions."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.page, chapter = self.chance.choice(CHAPTERS)
        self.done = [f"{self.page} {chapter}"]
        self.app = open_page(self.page, **{f"{MENU[self.page].prefix}_chapter": chapter})

    def act(self) -> None:
        """Make one action that the page offers."""
        kinds = [
            kind for kind in ACTIONS if kind in ("popover", "chapter", "trip") or getattr(self.app, kind)
        ]
        kind = self.chance.choices(kinds, [ACTIONS[kind] for kind in kinds])[0]
        if kind == "popover":
            self.done.append("popover")
            if closed := closed_popovers(self.app):
                self.app.session_state[self.chance.choice(closed)] = True
                self.app.run()
        elif kind == "chapter":
            self.turn()
        elif kind == "trip":
            self.travel()
        else:
            self.use(kind, self.chance.choice(list(getattr(self.app, kind))))

    def use(self, kind: str, one: Any) -> None:
        """Give a control another value."""
        value = self.value(kind, one)
        self.done.append(f"{kind} {one.key} = {value!r}")
        with suppress(
            ValueError, TypeError, IndexError, AppTestError
        ):  # a value that the control refuses in the browser too
            if kind == "button":
                one.click()
            elif kind == "selectbox":
                one.select_index(value)
            else:
                one.set_value(value)
        self.app.run()

    def value(self, kind: str, one: Any) -> Any:
        """Return a value that a visitor could choose."""
        chance = self.chance
        if kind in ("slider", "number_input"):
            if (
                not isinstance(one.min, int | float)
                or not isinstance(one.max, int | float)
                or one.max - one.min > 1e9
            ):
                return chance.choice((0, 1, -1, 3))
            steps = max(int((one.max - one.min) / (one.step or 1)), 1)
            place = one.min + chance.choice((0, steps, chance.randint(0, steps))) * (one.step or 1)
            return type(one.value)(min(place, one.max)) if one.value is not None else place
        if kind in ("selectbox", "radio", "button_group"):
            options = range(len(one.options)) if kind == "selectbox" else list(one.options)
            found = chance.choice(list(options)) if options else None
            return [found] if isinstance(getattr(one, "value", None), list) else found
        return not one.value if kind == "toggle" else chance.choice(TYPED) if kind != "button" else None

    def turn(self) -> None:
        """Open another chapter of the page by its link."""
        there = [key for page, key in CHAPTERS if page == self.page]
        self.done.append(f"chapter {(key := self.chance.choice(there))}")
        self.app.query_params[f"{MENU[self.page].prefix}_chapter"] = key
        self.app.run()

    def travel(self) -> None:
        """Go to another page and back."""
        other = self.chance.choice([page for page in MENU if page != self.page])
        self.done.append(f"trip to {other}")
        for page in (other, self.page):
            if not self.app.exception:
                self.app.switch_page(f"../../pages/{MENU[page].file}").run()


def main() -> None:
    """Make the sequences, as many as fit into the time, and print each fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first sequence")
    parser.add_argument("--minutes", type=float, default=600)
    given = parser.parse_args()
    deadline, made, errors, slow = time.monotonic() + 60 * given.minutes, 0, 0, 0
    for seed in range(given.first, given.first + given.sequences):
        if time.monotonic() > deadline:
            break
        visitor = Visitor(seed)
        for _ in range(30):
            try:
                visitor.act()
            except ValueError as error:  # AppTest cannot write some values of sliders with words
                print(f"seed {seed}: {error}", flush=True)
                break
            except RuntimeError as error:  # a run takes longer than a test waits
                print(f"seed {seed}: {error} after {visitor.done[-5:]}", flush=True)
                slow += 1
                break
            if visitor.app.exception:
                print(
                    f"seed {seed}: {visitor.app.exception[0].message[:300]} after {visitor.done[-5:]}",
                    flush=True,
                )
                errors += 1
                break
        made += 1
    last = given.first + made - 1
    print(f"seeds {given.first} to {last}: {errors} page errors, {slow} runs that took too long", flush=True)


if __name__ == "__main__":
    main()
