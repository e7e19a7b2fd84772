"""Ask axe-core whether a page can be read by everybody."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLORS = "color-contrast", "link-in-text-block"  # the rules that depend on the theme
WIDTH = "scrollable-region-focusable"  # and the one that depends on the width
AXE = Axe()
ONE_OF_EACH_LOOK = "axe.configure({ rules: [{ id: 'color-contrast', selector: ':not([data-look=known])' }] })"
MARK_KNOWN_LOOKS = """() => {
  const found = new Set(), grounds = new Map([[null, '']])
  for (const one of document.querySelectorAll('*')) {
    const { backgroundColor, backgroundImage, opacity, color, fill, fontSize, fontWeight } = getComputedStyle(one)
    const own = [backgroundColor, backgroundImage, opacity].join()
    const behind = grounds.get(one.parentElement)
    const ground = own === 'rgba(0, 0, 0, 0),none,1' ? behind : `${behind};${own}`
    grounds.set(one, ground)
    delete one.dataset.look
    const isText = [...one.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim())
    if (!isText || !one.checkVisibility()) continue
    const look = [ground, color, fill, fontSize, fontWeight].join()
    if (found.has(look)) one.dataset.look = 'known'
    found.add(look)
  }
}"""
FOUND = """async (options) => {
  const { violations } = await axe.run(options)
  return violations.map(({ id, nodes }) => [id, nodes[0].html])
}"""


def is_accessible(page: Page, *rules: str) -> None:
    """By these rules, or by all of them. The contrast is asked of one text of each color, ground, size and weight."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
        page.evaluate(ONE_OF_EACH_LOOK)
    page.evaluate(MARK_KNOWN_LOOKS)
    options = {"resultTypes": ["violations"], "preload": False, **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate(FOUND, options)
    assert found == [], found
