"""A class answers at once: 300 students within 5 s, and how soon their teacher's histogram in Chromium is complete.

Run with ``python -m benchmarks.room``. NNVIZ_STORE chooses the store; without it, a file of SQLite that is removed
afterwards. Exit code 1 when an acknowledged answer is missing or the histogram is late.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import async_playwright

from benchmarks.browser import FLAGS, ROOT, serve
from nnviz.classroom import room
from nnviz.store import Store, open_store

LATE_BAR = 2.0  # seconds after the last answer was acknowledged
CHOICES = ["one", "two", "three", "four"]


class Student:
    """A browser of a student: one connection, which waits for the question and answers it."""

    def __init__(self, address: str, code: str, seconds: float, seed: int) -> None:
        self.host, self.port = urlsplit(address).hostname or "", urlsplit(address).port or 80
        self.code, self.seconds, self.chance = code, seconds, random.Random(seed)
        self.token = ""
        self.took = 0.0
        self.kept_at = 0.0
        self.choice = -1

    async def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask the server over a connection of its own, as a browser behind a busy proxy would."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{'GET' if body is None else 'POST'} /room/{self.code}/{path} HTTP/1.1\r\nHost: {self.host}\r\n"
        )
        writer.write(f"{head}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content)
        answer = await reader.read()
        writer.close()
        first, _, rest = answer.partition(b"\r\n\r\n")
        return int(first.split()[1]), json.loads(rest)

    async def join(self) -> None:
        """Join the room."""
        self.token = (await self.ask("join", {}))[1]["token"]

    async def answer(self) -> None:
        """Wait until the question is there, think, and send until the answer is acknowledged."""
        version = 0
        while True:
            status, state = await self.ask(f"state?after={version}")
            if status == 200 and state["ask"]:
                break
            version = state.get("version", 0)
        await asyncio.sleep(self.seconds * self.chance.random())
        self.choice = self.chance.randrange(len(CHOICES))
        begin = time.monotonic()
        given = {"token": self.token, "round": state["round"], "value": self.choice}
        while (await self.ask("answer", given))[0] != 200:
            await asyncio.sleep(0.5)
        self.kept_at = time.monotonic()
        self.took = self.kept_at - begin


async def run(addresses: list[str], store: Store, students: int, seconds: float) -> dict[str, float]:
    """Return the figures of one class, whose students are spread over the servers; the teacher is at the first one."""
    code, secret = room.open_room(store)
    everybody = [Student(addresses[seed % len(addresses)], code, seconds, seed) for seed in range(students)]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = await browser.new_page()
        page.set_default_timeout(120_000)
        remembered = json.dumps({"code": code, "secret": secret})
        await page.add_init_script(f"localStorage.setItem('nnviz-teacher-/', {json.dumps(remembered)})")
        await page.goto(f"{addresses[0]}/classroom")
        await page.wait_for_selector("text=0 students joined")
        begin = time.monotonic()
        await asyncio.gather(*(student.join() for student in everybody))
        joined = time.monotonic() - begin
        tasks = [asyncio.create_task(student.answer()) for student in everybody]
        await asyncio.sleep(3)
        room.change(store, code, secret, room.ask("Which?", CHOICES))
        seen = asyncio.create_task(page.wait_for_selector(f"text={students} answers arrived"))
        await asyncio.gather(*tasks)
        await seen
        shown_at = time.monotonic()
        await browser.close()
    kept = room.tally(store, code, room.read_room(store, code))
    room.end_room(store, code, secret)
    wanted = [sum(student.choice == place for student in everybody) for place in range(len(CHOICES))]
    took = sorted(1000 * student.took for student in everybody)
    return {
        "joined": joined,
        "p50": median(took),
        "p95": took[int(0.95 * len(took))],
        "late": shown_at - max(student.kept_at for student in everybody),
        "lost": sum(abs(one - other) for one, other in zip(wanted, kept.counts, strict=True)),
    }


def main() -> int:
    """Print the table; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("NNVIZ_STORE", f"sqlite:///{Path(folder) / 'store.sqlite'}")
        with contextlib.ExitStack() as servers:
            addresses = [servers.enter_context(serve(ROOT / "app.py"))[0] for _ in range(options.processes)]
            runs = [
                asyncio.run(run(addresses, open_store(), options.students, options.seconds))
                for _ in range(options.runs)
            ]
    print(
        f"| {options.students} students answer within {options.seconds:g} s | all joined s | answer kept p50 ms |"
        " p95 ms | histogram complete after the last s | answers lost |\n|---|---|---|---|---|---|"
    )
    for each in runs:
        times = f"{each['joined']:.1f} | {each['p50']:.0f} | {each['p95']:.0f} | {each['late']:.2f}"
        print(f"| | {times} | {each['lost']:.0f} |")
    return 0 if all(each["late"] <= LATE_BAR and each["lost"] == 0 for each in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
