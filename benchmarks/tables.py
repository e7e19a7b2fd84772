"""A table of 100 000 rows and 20 columns: file chosen -> preview, against pandas.read_csv and st.dataframe.

Run with ``python -m benchmarks.tables``. Both servers run side by side and are measured in turn in the same Chromium,
each time in a fresh browser profile; every figure is a ratio of medians. Exit code 1 when the bar is missed.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.browser import ROOT, chromium, serve, settle

ROWS, COLUMNS = 100_000, 20
ROUNDS = 2
BAR = 1.0
OURS = "linear_regression?lr_data=own"


def write_table(path: Path, digits: str) -> None:
    """Write random numbers in this format."""
    numbers = np.random.default_rng(0).normal(size=(ROWS, COLUMNS))
    names = ",".join(f"c{k}" for k in range(COLUMNS))
    np.savetxt(path, numbers, digits, ",", header=names, comments="")


def measure(browser: Browser, address: str, file: Path) -> float:
    """Return the seconds from the choice of a file to its first rows on the screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 2400})
    page = context.new_page()
    page.goto(address)
    uploader = page.locator("[data-testid=stFileUploader] input[type=file]")
    uploader.wait_for(state="attached", timeout=60_000)
    settle(page, 1500)
    before = page.locator("[data-testid=stDataFrame]").count()
    started = time.perf_counter()
    uploader.set_input_files(file)
    page.wait_for_function(
        "words => document.body.innerText.includes(words)"
        if "linear" in address
        else "_ => document.querySelector('[data-testid=stDataFrame] canvas')",
        arg="rows and 20 columns were read",
        timeout=120_000,
    )
    if "linear" in address:
        page.wait_for_function(
            "_ => document.querySelector('[data-testid=stDataFrame] canvas')", arg=None, timeout=120_000
        )
    assert before <= 1
    seconds = time.perf_counter() - started
    context.close()
    return seconds


def main() -> int:
    """Print the ratios, and return 1 if the bar is missed."""
    missed = False
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(ROOT / "app.py") as (ours, _),
        serve(ROOT / "benchmarks" / "table_page.py") as (stock, _),
        sync_playwright() as playwright,
    ):
        browser = chromium(playwright)
        print("| numbers | file | nnviz | pandas and st.dataframe | ratio |\n|---|---|---|---|---|")
        for digits in ("%.3f", "%.17g"):
            file = Path(folder) / "table.csv"
            write_table(file, digits)
            pairs = [
                (measure(browser, f"{ours}/{OURS}", file), measure(browser, stock, file))
                for _ in range(ROUNDS + 1)
            ][1:]
            mine, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
            missed |= mine > BAR * theirs
            size = file.stat().st_size / 1e6
            print(
                f"| {digits} | {size:.0f} MB | {mine:.2f} s | {theirs:.2f} s | {mine / theirs:.2f} |",
                flush=True,
            )
        browser.close()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
