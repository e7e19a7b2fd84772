"""Tests of coroutines pass in any order with the browser tests."""

from pathlib import Path

HERE = Path(__file__).parent
CALL = "asyncio" + ".run("


def test_no_test_runs_a_loop_in_the_main_thread() -> None:
    """Playwright has one there, see tests/loops.py."""
    calls = [file for file in HERE.rglob("*.py") if CALL in file.read_text(encoding="utf-8")]
    assert calls == []
