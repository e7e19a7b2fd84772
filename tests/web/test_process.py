"""How the process of the app uses threads and memory, seen from inside it."""

import ctypes
import os
import platform
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from nnviz.charts import theme
from nnviz.web._process import give_memory_back
from nnviz.web.render import import_pandas

ROOT = Path(__file__).parents[2]
ASK = """
import sys
seen = {}
class Look:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            import os
            seen.setdefault("threads", os.environ.get("OPENBLAS_NUM_THREADS"))
sys.meta_path.insert(0, Look())
import nnviz.web
print(seen["threads"])
"""
HEAPS = """
import ctypes, os, sys, threading
import nnviz.web
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
print(os.read(read, 1 << 20).decode().count("<heap nr="))
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usm fsm uord ford keep".split()]
libc.mallinfo2.restype = Info
libc.free.argtypes = [ctypes.c_void_p]
apart = []
for _ in range(3):  # glibc would by default raise its threshold to the size of what is freed
    before = libc.mallinfo2().hblks
    block = libc.malloc(1_500_000)
    apart.append(libc.mallinfo2().hblks - before)
    libc.free(block)
print(*apart)
"""
VISIT = """
import sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("nnviz/lessons/main.py", default_timeout=60).run()
for name in sys.argv[1:]:
    assert not page.switch_page(f"../../pages/{name}").run().exception, name
    assert page.main.children, name
print(*sorted({"pandas", "torch"} & set(sys.modules)))
"""


def test_no_page_imports_pandas_or_torch_at_first() -> None:
    """Pandas would be a third of a second of a cold start; a page needs it only for a table."""
    names = [file.name for file in sorted((ROOT / "pages").glob("*.py"))]
    command = [sys.executable, "-c", VISIT, *names]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.split() == []


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the heaps of threads are glibc's")
def test_threads_share_two_heaps_and_large_arrays_are_given_back() -> None:
    run = subprocess.run([sys.executable, "-c", HEAPS], capture_output=True, text=True, cwd=ROOT, check=True)
    heaps, *apart = map(int, run.stdout.split())
    assert heaps <= 2
    assert apart == [1, 1, 1]


@pytest.mark.parametrize(("given", "kept"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_numpy_finds_one_thread_when_the_app_loads_it(given: dict[str, Any], kept: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    found = subprocess.run(
        [sys.executable, "-c", ASK],
        env=environment | given,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == [kept]


def test_no_spec_is_built_while_pandas_is_half_imported() -> None:
    """Altair asks any module `pandas` that it finds for its Timestamp."""
    import_pandas.cache_clear()
    building = theme.named("a").mark_line()
    both = [threading.Thread(target=import_pandas), threading.Thread(target=theme.finish, args=[building])]
    with theme.BUILDING:
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(0.02)
        assert [thread.is_alive() for thread in both] == [True, True]
    for thread in both:
        thread.join(5)
    assert not any(thread.is_alive() for thread in both)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="malloc_trim is glibc's")
def test_free_memory_below_what_is_still_used_is_given_back() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    blocks = [ctypes.c_void_p(libc.malloc(100_000)) for _ in range(400)]
    for block in blocks:
        ctypes.memset(block, 1, 100_000)
    for block in blocks[:-1]:
        libc.free(block)
    before = resident()
    give_memory_back()
    assert before - resident() > 20_000_000
    libc.free(blocks[-1])
