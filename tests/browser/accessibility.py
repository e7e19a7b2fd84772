"""Ask axe-core whether a page can be read by everybody."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLORS = "color-contrast", "link-in-text-block"  # the rules that depend on the theme
WIDTH = "scrollable-region-focusable"  # and the one that depends on the width
CHAPTER = "[role=tabpanel]"  # the open one: the others have no role
AXE = Axe()
FOUND = """async ([part, options]) => {
  const { violations } = await axe.run(document.querySelector(part), options)
  return violations.map(({ id, nodes }) => [id, nodes[0].html])
}"""


def is_accessible(page: Page, *rules: str, part: str = "html") -> None:
    """By these rules, or by all of them; of the whole page, or of the element that a selector finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    options = {"resultTypes": ["violations"], "preload": False, **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate(FOUND, [part, options])
    assert found == [], found
