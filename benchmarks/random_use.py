"""Use the app at random in Chromium, and say what breaks: ``python -m benchmarks.random_use --sequences 20``.

A sequence begins on one page and makes 30 actions: tabs, menus, popovers, sliders, boxes, links, charts, Back and
Forward, and trips to another page and home again. Three kinds of faults are counted. A page error is a box with an
exception. A console error is one that the app's own code caused. A setting is lost if the address has it and its
control shows something else, or if a trip ends without it. Every sequence has its own seed, so one alone can be
repeated: ``--first SEED --sequences 1 --verbose``.
"""

import argparse
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, sync_playwright

from benchmarks.browser import COUNT_RUNS, ROOT, chromium, serve, settle
from nnviz.lessons.pages import MENU

EXPECTED = ("_stcore/health", "_stcore/host-config")  # Streamlit's own requests below a deep link
TYPED = (
    "",
    "0",
    "1",
    "-1",
    "0.5",
    "1e9",
    "-1e9",
    "abc",
    "x^2",
    "sin(3x)",
    "1/x",
    "|x|",
    "log x",
    "x+y",
    "((",
    "π",
)
KEYS = ("Home", "End", "ArrowRight", "ArrowLeft", "PageUp", "PageDown")
KINDS = {  # what can be used, and how often it is
    "tab": ("[role=tab]", 3),
    "menu": ("[data-testid=stTopNavLink], [data-testid=stPageLink] a", 1),
    "button": (
        "[data-testid=stMain] button:not([role]):not([data-testid*=Toolbar]), [data-testid=stPopoverBody] button",
        6,
    ),
    "slider": ("input[type=range]", 6),
    "number": ("input[type=number]", 2),
    "text": ("input[type=text]:not([role=combobox]), textarea", 2),
    "list": ("input[role=combobox]", 3),
    "choice": ("[role=radio]:not(input), label:has(> input[type=radio]), [data-variant=pills]", 4),
    "switch": ("label:has(input[type=checkbox])", 3),
    "chart": ("svg.marks", 2),
}
MOVES = {"back": 2, "forward": 1, "trip": 1}
VISIBLE = """(kinds) => Object.fromEntries(Object.entries(kinds).map(([kind, [selector]]) => {
  document.querySelectorAll(`[data-use^="${kind}-"]`).forEach((one) => one.removeAttribute('data-use'))
  const all = [...document.querySelectorAll(selector)].filter((one) => !one.closest('[data-testid=stFileUploader]'))
  const seen = all.filter((one) => (one.closest('label, [data-testid]') ?? one).checkVisibility() && !one.disabled)
  seen.forEach((one, k) => one.setAttribute('data-use', `${kind}-${k}`))
  return [kind, seen.length] }))"""
SHOWN = """() => Object.fromEntries([...document.querySelectorAll('[class*="st-key-"]')].flatMap((box) => {
  const key = [...box.classList].find((name) => name.startsWith('st-key-')).slice(7)
  if (!box.checkVisibility()) return []
  const own = (one) => one.closest('[class*="st-key-"]') === box
  const find = (selector) => [...box.querySelectorAll(selector)].find(own)
  const words = (one) => one.textContent.trim()
  if (find('[data-testid=stSlider]')) {
    const value = find('[data-testid=stSliderThumbValue]')
    return value ? [[key, words(value)]] : [] }
  if (find('input[role=combobox]')) {
    const value = find('[data-testid=stSelectbox] [value]') ?? find('input[role=combobox]')
    return value.value ? [[key, value.value]] : [] }
  const refused = document.querySelector('[data-testid=stAlertContentError]') // the address keeps the last valid input
  if (refused && find('input[type=text], textarea')) return []
  if (find('input[type=number], input[type=text], textarea'))
    return [[key, find('input[type=number], input[type=text], textarea').value]]
  if (find('input[type=checkbox]')) return [[key, String(find('input[type=checkbox]').checked)]]
  const chosen = [...box.querySelectorAll('[aria-checked=true], [data-selected=true]')].filter(own)
  return chosen.length ? [[key, chosen.map(words).join('|')]] : [] }))"""


@dataclass
class Found:
    """The faults of all sequences, and how much was done.

    actions: their number. errors, complaints, lost: what was seen, each with its seed and the actions before it.
    """

    actions: int = 0
    sequences: int = 0
    errors: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Visitor:
    """One sequence of random actions in a tab."""

    def __init__(self, page: Page, address: str, seed: int, found: Found) -> None:
        self.page, self.address, self.found, self.seed = page, address, found, seed
        self.chance = random.Random(seed)
        self.done: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", self._stumble)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.location["url"] for part in EXPECTED):
            self.note(self.found.complaints, message.text[:300])

    def _stumble(self, error: Error) -> None:
        self.note(self.found.complaints, str(error)[:300])

    def note(self, faults: list[str], what: str) -> None:
        """Keep a fault with the seed and the last actions."""
        faults.append(
            f"seed {self.seed}, {self.page.url.removeprefix(self.address)}: {what} after {self.done[-4:]}"
        )

    def begin(self) -> None:
        """Open a page chosen at random."""
        name = self.chance.choice(list(MENU))
        self.page.goto(f"{self.address}/{'' if name == next(iter(MENU)) else name}")
        self.page.wait_for_selector("[data-testid=stMarkdownContainer]", timeout=60_000)
        self.rest()

    def rest(self) -> None:
        """Wait until the page is at rest; a page that plays never is."""
        try:
            settle(self.page, 60)
        except Error:
            self.done.append("(not at rest)")

    def act(self) -> None:
        """Make one action, and look for faults."""
        seen: dict[str, int] = self.page.evaluate(VISIBLE, KINDS)
        weights = {kind: weight for kind, (_, weight) in KINDS.items() if seen[kind]} | MOVES
        kind = self.chance.choices(list(weights), list(weights.values()))[0]
        try:
            if kind in MOVES:
                self.done.append(kind)
                self.move(kind)
            else:
                number = self.chance.randrange(seen[kind])
                self.use(kind, number)
        except Error as error:
            if "Timeout" not in str(error) and "not attached" not in str(error):
                self.note(self.found.complaints, f"cannot act: {str(error)[:200]}")
        self.rest()
        self.found.actions += 1
        self.look()

    def move(self, kind: str) -> None:
        """Go back, forward, or to another page and home again."""
        if kind == "trip":
            self.travel()
        elif kind == "back":
            self.page.evaluate("history.back()")
            self.page.wait_for_timeout(200)
        else:
            self.page.evaluate("history.forward()")
            self.page.wait_for_timeout(200)
        if not self.page.url.startswith(self.address):
            self.page.go_forward()

    def use(self, kind: str, number: int) -> None:
        """Use the visible thing of that kind and number."""
        one = self.page.locator(f'[data-use="{kind}-{number}"]')
        name = one.evaluate(
            "(one) => one.getAttribute('aria-label') || one.textContent.trim().slice(0, 40) || one.id"
        )
        self.done.append(f"{kind} {name!r}")
        actions: dict[str, Callable[[], Any]] = {
            "slider": lambda: one.press(self.chance.choice(KEYS), timeout=3000),
            "number": lambda: self.fill(one),
            "text": lambda: self.fill(one),
            "list": lambda: self.choose(one),
            "chart": lambda: self.drag(one),
        }
        actions.get(kind, lambda: one.click(timeout=3000))()

    def fill(self, box: Any) -> None:
        """Type something into a box; a box of numbers takes numbers alone."""
        value = self.chance.choice(TYPED)
        self.done[-1] += f" = {value!r}"
        box.click(timeout=3000)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(value)
        self.page.keyboard.press(
            "Control+Enter" if box.evaluate("(one) => one.localName") == "textarea" else "Enter"
        )

    def choose(self, box: Any) -> None:
        """Open a list and choose one of its entries."""
        box.click(timeout=3000)
        entries = self.page.locator("[role=option]")
        entries.first.wait_for(timeout=3000)
        entry = entries.nth(self.chance.randrange(entries.count()))
        self.done[-1] += f" = {entry.text_content()!r}"
        entry.click(timeout=3000)

    def drag(self, chart: Any) -> None:
        """Drag between two places of a chart."""
        chart.scroll_into_view_if_needed(timeout=3000)
        box = chart.bounding_box()
        start, end = (
            [box["x"] + self.chance.random() * box["width"], box["y"] + self.chance.random() * box["height"]]
            for _ in "ab"
        )
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def settings(self) -> dict[str, list[str]]:
        """Return what the address sets."""
        return parse_qs(urlsplit(self.page.url).query, keep_blank_values=True)

    def travel(self) -> None:
        """Go to another page by the menu, and back by the menu or by Back: nothing may be lost."""
        path, before, shown = urlsplit(self.page.url).path, self.settings(), self.page.evaluate(SHOWN)
        links = self.page.locator("[data-testid=stTopNavLink]")
        paths = [urlsplit(links.nth(k).get_attribute("href") or "").path for k in range(links.count())]
        if path not in paths:
            return
        links.nth(self.chance.choice([k for k, other in enumerate(paths) if other != path])).click(
            timeout=3000
        )
        self.rest()
        by_menu = self.chance.random() < 0.5
        self.done[-1] += " by the menu" if by_menu else " by Back"
        if by_menu:
            self.page.locator("[data-testid=stTopNavLink]").nth(paths.index(path)).click(timeout=3000)
        else:
            self.page.evaluate("history.back()")
            self.page.wait_for_timeout(300)
        self.rest()
        if urlsplit(self.page.url).path != path:
            return
        after, now = self.settings(), self.page.evaluate(SHOWN)
        gone = {key: (value, after.get(key)) for key, value in before.items() if after.get(key) != value}
        changed = {key: (value, now[key]) for key, value in shown.items() if now.get(key, value) != value}
        for name, difference in (("address", gone), ("control", changed)):
            if difference:
                self.note(self.found.lost, f"{name} {json.dumps(difference, ensure_ascii=False)}")

    def look(self) -> None:
        """Note exceptions on the page, and settings of the address that their controls do not show."""
        boxes = self.page.locator("[data-testid=stException]")
        if boxes.count():
            self.note(self.found.errors, (boxes.first.text_content() or "")[:300])
            self.page.reload()
            self.rest()
            return
        shown = self.page.evaluate(SHOWN)
        for key, values in self.settings().items():
            if key in shown and not _same(values, shown[key]):
                self.note(
                    self.found.lost, f"{key} is {values} in the address, and {shown[key]!r} on the page"
                )


def _number(text: str) -> float:
    """Read a number as the link or the page writes it: 0.5, -2, −2, 1,000, 1e-05, 2 × 10⁻⁵; ValueError for others."""
    text = re.sub(r"^(−?)10(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", r"\g<1>1 × 10", text)
    mantissa, _, power = text.partition(" × 10")
    exponent = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or "0"
    return float(mantissa.replace("−", "-").replace(",", "")) * 10.0 ** int(exponent)


def _same(values: list[str], shown: str) -> bool:
    """Return whether a control shows what the address sets; signs and digits may be written in another way."""
    if sorted(value.lower() for value in values) == sorted(part.lower() for part in shown.split("|")):
        return True
    if len(values) == len(shown.split("|")) and all(
        re.fullmatch(r"[a-z][a-z0-9_.-]*", value) for value in values
    ):
        return True  # the link has the key of an option, and the page its label
    if values[0] in shown.split():
        return True  # such as "Unit 2" for the option 2
    try:
        number, other = (_number(text) for text in (values[0], shown))
    except ValueError:
        return " ".join(values[0].split()) == " ".join(shown.split())
    return abs(number - other) <= 0.006 * max(1.0, abs(number))


def run(sequences: int, actions: int, first: int, minutes: float, *, verbose: bool) -> Found:
    """Make the sequences, as many as fit into the time."""
    found, deadline = Found(), time.monotonic() + 60 * minutes
    with serve(ROOT / "app.py") as (address, _), sync_playwright() as playwright:
        browser = chromium(playwright)
        for seed in range(first, first + sequences):
            context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
            context.add_init_script(COUNT_RUNS)
            context.set_default_timeout(20_000)
            visitor = Visitor(context.new_page(), address, seed, found)
            visitor.begin()
            for _ in range(actions):
                visitor.act()
                if time.monotonic() > deadline:
                    break
            found.sequences += 1
            if verbose:
                print(f"seed {seed}: {visitor.done}", flush=True)
            context.close()
            report(found)
            if time.monotonic() > deadline:
                break
        browser.close()
    return found


def report(found: Found) -> None:
    """Print the counts of faults so far."""
    print(
        f"{found.sequences} sequences, {found.actions} actions: {len(found.errors)} page errors, "
        f"{len(found.complaints)} console errors, {len(found.lost)} lost settings",
        flush=True,
    )


def main() -> None:
    """Read the command line, use the app, and print each fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--actions", type=int, default=30)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first sequence")
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    found = run(given.sequences, given.actions, given.first, given.minutes, verbose=given.verbose)
    for name, faults in (
        ("page error", found.errors),
        ("console error", found.complaints),
        ("lost", found.lost),
    ):
        for fault in faults:
            print(f"{name}: {fault}")
    raise SystemExit(bool(found.errors or found.complaints or found.lost))


if __name__ == "__main__":
    main()
