"""Imported before NumPy: how this process uses threads and memory, unless the environment says otherwise.

A server has many visitors with small matrices. Four studies at once took 17 s with two BLAS threads each, 5 s with
one: the threads of one visitor wait for those of the others.

Streamlit runs every rerun in a thread, and glibc's malloc gives threads heaps of their own, up to eight a core, none of
which gives back what the others could use. With MALLOC_ARENA_MAX=2 in the environment 30 visitors took 223 MB instead
of 262; asked for here it makes no further heaps, but the eight or so of a server that already runs stay (251 MB).

A thread that wants the interpreter waits for up to 5 ms while another one computes, and a rerun changes threads several
times. With half a millisecond, the median answer to a class of 30 came after 38 and 51 ms, not 56 and 70, and the p95
after 259 and 396 ms, not 289 and 403 (two runs each).
"""

import contextlib
import ctypes
import os
import sys

M_ARENA_MAX = -8  # of glibc's <malloc.h>

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.setswitchinterval(5e-4)
if "MALLOC_ARENA_MAX" not in os.environ:
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
