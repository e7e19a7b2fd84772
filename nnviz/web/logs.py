"""Write to the log what whoever hosts the app must know: slow runs and refused inputs, never what a person typed.

Everything goes to the logger ``nnviz`` of the standard library. Its lines name functions, pages and the keys of
controls. They contain no text, no number and no address of a visitor.
"""

import logging
import os

LOG = logging.getLogger("nnviz")
SLOW = 2.0  # seconds that a visitor waits for a run before the log names it
LEVEL = "NNVIZ_LOG"  # the variable of the environment that chooses the level


def begin_log() -> None:
    """Write the log to the standard error stream, unless the host of the process has chosen another place for it."""
    if LOG.hasHandlers():
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    LOG.addHandler(handler)
    level = os.environ.get(LEVEL, "INFO").upper()
    LOG.setLevel(level if level in logging.getLevelNamesMapping() else "INFO")


def note_run(name: str, waited: float, took: float, used: float) -> None:
    """Name a run that was slow: how long it waited for its turn and took, and the processor time that it used."""
    if waited + took > SLOW:
        LOG.warning(
            "slow run: %s waited %.1f s, took %.1f s, used %.1f s of processor", name, waited, took, used
        )


def note_refusal(key: str, reason: str) -> None:
    """Name the control whose input was refused, and the kind of reason. Give no words that a person typed."""
    LOG.info("refused input: %s (%s)", key, reason)
