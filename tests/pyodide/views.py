"""Run the view of every chapter in Pyodide by Streamlit's own test runner, and print what each has drawn.

Pyodide starts no thread. The runner wants one for the script of a page, so that one runs at once. A timer never rings:
the spinner of Streamlit has one, and that of stlite has none. Any other thread is refused, as Pyodide does.
"""

import json
import sys
import threading
import types
from collections import Counter
from pathlib import Path
from typing import Any

ONE_THREAD = "ScriptRunner.scriptThread"  # of Streamlit


def run_the_script_at_once() -> None:
    """Let the thread of a page's script run where it is started."""
    refuse, active = threading.Thread.start, vars(threading)["_active"]

    def start(thread: threading.Thread) -> None:
        if isinstance(thread, threading.Timer):
            return
        if thread.name != ONE_THREAD:
            refuse(thread)
            return
        here = threading.get_ident()
        before, active[here] = active[here], thread
        vars(thread)["_started"].set()
        try:
            thread.run()
        finally:
            active[here] = before
            vars(thread)["_is_stopped"] = True

    setattr(threading.Thread, "start", start)  # noqa: B010


def stand_in_for_rpds() -> None:
    """Offer the containers that jsonschema takes from rpds: only a whole release of Pyodide has it."""
    rpds = types.ModuleType("rpds")

    class HashTrieMap(dict[Any, Any]):
        @classmethod
        def convert(cls, value: Any) -> "HashTrieMap":
            return value if isinstance(value, cls) else cls(value)

        def insert(self, key: Any, value: Any) -> "HashTrieMap":
            return HashTrieMap({**self, key: value})

        def remove(self, key: Any) -> "HashTrieMap":
            return HashTrieMap({name: value for name, value in self.items() if name != key})

        def update(self, *others: Any, **named: Any) -> "HashTrieMap":  # type: ignore[override]
            both = dict(self)
            both.update(*others, **named)
            return HashTrieMap(both)

        def __hash__(self) -> int:  # type: ignore[override]
            return hash(frozenset(self.items()))

    class HashTrieSet(frozenset[Any]):
        def insert(self, value: Any) -> "HashTrieSet":
            return HashTrieSet({*self, value})

        def update(self, *others: Any) -> "HashTrieSet":
            return HashTrieSet(self.union(*others))

    class List(tuple[Any, ...]):
        def push_front(self, value: Any) -> "List":
            return List((value, *self))

    vars(rpds).update(HashTrieMap=HashTrieMap, HashTrieSet=HashTrieSet, List=List)
    sys.modules["rpds"] = rpds


def run_all() -> dict[str, Any]:
    """Return how often each kind of element is drawn, by page and chapter."""
    import nnviz.lessons
    from nnviz.static_edition import recorded
    from nnviz.static_edition.lesson_pages import all_chapters

    recorded.MAIN = Path(nnviz.lessons.__file__).with_name("static_main.py")
    drawn = {}
    for page, chapter in all_chapters():
        app = recorded.run_page(page, "" if page == "home" else chapter)
        drawn[f"{page}/{chapter}"] = Counter(element.type for element in app.main)
    return drawn


if __name__ == "__main__":
    run_the_script_at_once()
    stand_in_for_rpds()
    print(json.dumps(run_all()))
