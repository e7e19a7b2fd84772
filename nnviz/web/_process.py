"""Imported before NumPy: how this process uses threads and memory, unless the environment says otherwise.

A server has many visitors with small matrices. Four studies at once took 17 s with two BLAS threads each, 5 s with
one: the threads of one visitor wait for those of the others.

Streamlit runs every rerun in a thread, and glibc's malloc gives threads heaps of their own, up to eight a core, none of
which gives back what the others could use. With MALLOC_ARENA_MAX=2 in the environment 30 visitors took 223 MB instead
of 262; asked for here it makes no further heaps, but the eight or so of a server that already runs stay (251 MB).

The switch interval of Python stays at its 5 ms. Since runs take turns, 0.5 ms gains nothing: in three pairs of classes
of 30, the median answer came after 59, 61 and 88 ms with 5 ms and after 80, 90 and 64 ms with 0.5 ms. The p95 was 190,
190 and 436 ms with 5 ms, and 282, 541 and 441 ms with 0.5 ms.
"""

import contextlib
import ctypes
import os

M_ARENA_MAX = -8  # of glibc's <malloc.h>

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
if "MALLOC_ARENA_MAX" not in os.environ:
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
