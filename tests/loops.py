"""Run a coroutine of a test in a thread of its own.

As long as Playwright is open, it says of the main thread that a loop runs there. ``asyncio.run`` refuses that. A test
that called it would fail in each process in which a browser test was before it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Return what a coroutine gives."""

    async def whole() -> T:
        return await work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, whole()).result()
