"""Ask axe-core whether a page can be read by everybody."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLORS = "color-contrast", "link-in-text-block"  # the rules that depend on the theme
WIDTH = "scrollable-region-focusable"  # and the one that depends on the width
AXE = Axe()


def is_accessible(page: Page, *rules: str) -> None:
    """By these rules, or by all of them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate(
        "async (options) => (await axe.run(options)).violations.map(({ id, nodes }) => [id, nodes[0].html])",
        options,
    )
    assert found == [], found
