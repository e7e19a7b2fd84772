"""The pictures of the README, taken from the running app. Run with ``python -m docs.pictures``."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.browser import CHART, ROOT, chromium, serve, settle

# picture -> (page with its settings, height in pixels)
PICTURES = {
    "linear_regression": ("linear_regression?lr_steps=25", 900),
    "gradient_descent": ("gradient_descent", 900),
    "loss_functions": ("loss_functions?lf_chapter=noise", 800),
    "universal_approximation": ("universal_approximation?ua_chapter=bumps&ua_many=63", 900),
    "inside_the_network": ("inside_the_network", 900),
}


def main() -> None:
    """Write docs/<page>.png, each in a fresh browser profile."""
    with sync_playwright() as playwright, serve(ROOT / "app.py") as (address, _):
        browser = chromium(playwright)
        for name, (path, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1280, "height": height})
            page.goto(f"{address}/{path}")
            page.wait_for_selector(CHART, state="attached", timeout=60_000)
            settle(page, 1500)
            page.screenshot(path=Path(__file__).parent / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
