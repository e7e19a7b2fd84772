#!/usr/bin/env bash
# axe-core 4.12.1: pale words below the first screen are not found where the page scrolls inside of an element that clips.
#
# Expected: color-contrast judges each text that a reader can scroll to. Words of #aaa on white, 2.32 : 1, are a violation.
# Seen: <main style="overflow: auto"> fills a <div style="overflow: hidden">, and the words stand 3000 pixels down in it. On a window of
# 600 pixels they are in no list: neither violations nor passes nor incomplete. On a window of 4000 pixels, or without the clip of the
# outer element, they are a violation. axe takes what is outside of the clipping element as hidden, though main can be scrolled.
# It matters because each page of Streamlit is built in this way: what is below the first screen was never judged.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q axe-playwright-python==0.1.8 playwright==1.65.2
"$folder/venv/bin/python" - <<'PY'
import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

PAGE = """<!doctype html><html lang="en"><title>t</title><body style="margin: 0">
<div style="position: absolute; inset: 0; overflow: %s"><main style="height: 100%%; overflow: auto">
<h1>Heading</h1><div style="height: 3000px"></div><p style="color: #aaa">Pale</p></main></div>"""
FOUND = """async () => {
  const { violations, passes, incomplete } = await axe.run({ runOnly: ["color-contrast"] })
  return [violations, passes, incomplete].map((rules) => rules.flatMap(({ nodes }) => nodes.map(({ html }) => html[1])))
}"""
EXPECTED = [["p"], ["h"], []]

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
    for clip, height, found in (
        ("visible", 600, EXPECTED), ("hidden", 4000, EXPECTED), ("hidden", 600, [[], ["h"], []])
    ):
        page = browser.new_page(viewport={"width": 800, "height": height})
        page.set_content(PAGE % clip)
        page.evaluate(Axe().axe_script)
        seen = page.evaluate(FOUND)
        print(f"overflow: {clip}, window of {height} pixels: violations, passes, incomplete: {seen}")
        assert seen == found, "it is found now"
    browser.close()
PY
