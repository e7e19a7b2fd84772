"""How the process of the app uses threads and memory, seen from inside it."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAPS = """
import ctypes, os, sys, threading
import nnviz.ui
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
meet = threading.Barrier(12)
def take():
    meet.wait()
    [libc.malloc(100) for _ in range(100)]
    meet.wait()
threads = [threading.Thread(target=take) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
read, write = os.pipe()
libc.fdopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(libc.fdopen(write, b"w"))
libc.malloc_info(0, stream)
libc.fclose(stream)
print(os.read(read, 1 << 20).decode().count("<heap nr="), os.environ["OPENBLAS_NUM_THREADS"])
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the heaps of threads are glibc's")
def test_threads_share_two_heaps_and_blas_has_one_thread():
    run = subprocess.run([sys.executable, "-c", HEAPS], capture_output=True, text=True, cwd=ROOT, check=True)
    heaps, threads = map(int, run.stdout.split())
    assert heaps <= 2
    assert threads == 1
