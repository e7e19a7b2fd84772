"""Tell the processor time that this thread has used, by which long computations keep their budgets.

A budget in processor time gives the same result on a busy machine as on an idle one; it only takes longer there. Who
computes for long looks at this clock again and again. A server lets its other visitors go on at each look.
"""

import time
from collections.abc import Callable
from typing import Final

SECONDS: Final[Callable[[], float]] = getattr(time, "thread_time", time.perf_counter)
"""The processor time of this thread in seconds; in WebAssembly any time: `process_time` of Pyodide 0.27 stays at 0."""

_called: list[Callable[[], None]] = []


def processor_time() -> float:
    """Return the processor time of this thread in seconds from any start; in WebAssembly, that of a clock."""
    look()
    return SECONDS()


def look() -> None:
    """Let others go on, where no time is asked for."""
    for call in _called:
        call()


def at_each_look(call: Callable[[], None]) -> None:
    """Have ``call`` called, in the thread that computes, before each look at the clock."""
    _called.append(call)
