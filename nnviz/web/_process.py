"""Imported before NumPy: how this process uses threads and memory, unless the environment says otherwise.

A server has many visitors with small matrices. Four studies at once took 17 s with two BLAS threads each, 5 s with
one: the threads of one visitor wait for those of the others.

Streamlit runs every rerun in a thread, and glibc's malloc gives threads heaps of their own, up to eight a core, none of
which gives back what the others could use. With MALLOC_ARENA_MAX=2 in the environment 30 visitors took 223 MB instead
of 262; asked for here it makes no further heaps, but the eight or so of a server that already runs stay (251 MB).

An array of a megabyte goes back to the system as soon as it is dropped. By default glibc raises that threshold up to
32 MB, and kept results then lie between free memory. In 110 s of 30 visitors, the free memory of malloc grew from 17 to
74 MB by default, and from 8 to 22 MB with these settings. A threshold of 128 kB gives back no more, and doubles the
time of work on arrays of 160 to 400 kB.

Of what smaller objects leave free, malloc gives back only the end of each heap. After 2 minutes of 100 visitors, 42 of
320 MB were free memory of malloc. With `malloc_trim` each 15 s, which takes a millisecond, 22 of 287 MB were free.

The switch interval of Python stays at its 5 ms. Since runs take turns, 0.5 ms gains nothing: in three pairs of classes
of 30, the median answer came after 59, 61 and 88 ms with 5 ms and after 80, 90 and 64 ms with 0.5 ms. The p95 was 190,
190 and 436 ms with 5 ms, and 282, 541 and 441 ms with 0.5 ms.
"""

import contextlib
import ctypes
import os

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # of glibc's <malloc.h>
_SETTINGS = {
    "MALLOC_ARENA_MAX": (M_ARENA_MAX, 2),
    "MALLOC_MMAP_THRESHOLD_": (M_MMAP_THRESHOLD, 1_000_000),  # bytes
    "MALLOC_TRIM_THRESHOLD_": (M_TRIM_THRESHOLD, 1_000_000),
}
"""Names in the environment, and what is asked for where the environment does not say it."""

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
with contextlib.suppress(OSError, AttributeError, TypeError):  # another C library
    for _name, (_setting, _value) in _SETTINGS.items():
        if _name not in os.environ:
            ctypes.CDLL(None).mallopt(_setting, _value)


def give_memory_back() -> None:
    """Give the free memory of malloc back to the system."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
