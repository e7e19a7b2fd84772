"""Train networks of many layers in a process of its own, so that torch and its memory stay out of a server.

A server holds the results, and the other process holds torch. It trains one request at a time, has a limit of memory,
and ends when nobody has asked for a while. Requests and answers are lines of JSON, which keeps every digit.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import IO, Any, Final

import numpy as np

from nnviz import _clock
from nnviz._types import Progress, Vector
from nnviz.networks.deep import DeepRun, DeepSpec, train_deep
from nnviz.networks.layered import LayeredNetwork

MOST_BYTES: Final = (
    1_500_000_000  # of memory that torch allocates; what it maps from its files does not count
)
IDLE: Final = 60.0  # seconds without a request, after which the process ends
_ROOT: Final = Path(__file__).parents[2]  # where the process finds this package, too
_LOOK: Final = 0.1  # seconds between two looks of somebody who waits
_ERRORS: Final = {error.__name__: error for error in (ImportError, ValueError, MemoryError)}


class WorkerEndedError(RuntimeError):
    """The process that trains has ended in the middle of a request, for example because the system needed memory."""


class Worker:
    """The process that trains, which is started by the first request."""

    def __init__(self) -> None:
        """Begin without a process."""
        self._process: subprocess.Popen[str] | None = None
        self._asked = 0.0  # when the last request was over
        self._one = Lock()

    def train(self, spec: DeepSpec, x: Vector, y: Vector, progress: Progress) -> DeepRun:
        """Return what ``train_deep`` returns; whatever ``progress`` raises ends the training.

        ImportError if torch cannot be loaded there. MemoryError or WorkerEndedError if its memory does not suffice.
        """
        request = {"spec": asdict(spec), "x": x.tolist(), "y": y.tolist()}
        with self._turn(spec, progress):
            for told in self._ask(json.dumps(request)):
                if "run" in told:
                    return _read_run(spec, told["run"])
                if "error" in told:
                    raise _ERRORS[told["error"]](told["words"])
                progress(*told["progress"])
        raise WorkerEndedError("the process that trains has ended")

    @contextlib.contextmanager
    def _turn(self, spec: DeepSpec, progress: Progress) -> Generator[None]:
        """Wait for the training of somebody else. A training that is left ends with its process."""
        while not self._one.acquire(timeout=_LOOK):
            progress(0, spec.steps)
        try:
            yield
        except tuple(_ERRORS.values()):  # the process told so, and can train again
            raise
        except BaseException:
            self.end()
            raise
        finally:
            self._asked = time.monotonic()
            self._one.release()

    def _ask(self, line: str) -> Iterator[dict[str, Any]]:
        """Send a request, and yield the lines of the answer until the process ends."""
        if self._has_ended():
            self.end()
        try:
            answers = self._send(line)
        except BrokenPipeError:
            return
        while True:
            _clock.look()
            answer = answers.readline()
            if not answer:
                return
            yield json.loads(answer)

    def _send(self, line: str) -> IO[str]:
        if self._process is None:
            path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
            self._process = subprocess.Popen(
                [sys.executable, "-m", "nnviz.networks.deep_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            )
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        requests.write(f"{line}\n")
        requests.flush()
        return answers

    def _has_ended(self) -> bool:
        """Return whether the process has ended, or ends now, because nobody has asked for a while."""
        return self._process is not None and (
            self._process.poll() is not None or time.monotonic() - self._asked > IDLE - 1
        )

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


WORKER: Final = Worker()
"""The worker of this process."""


def _read_run(spec: DeepSpec, told: dict[str, Any]) -> DeepRun:
    networks = tuple(LayeredNetwork(spec.activation, weights, biases) for weights, biases in told["networks"])
    losses = np.array(told["losses"], dtype=float).reshape(-1, len(spec.seeds))
    return DeepRun(spec, networks, losses, np.array(told["best"], dtype=float), told["ended"])


def _write_run(run: DeepRun) -> dict[str, Any]:
    networks = [
        [[w.tolist() for w in one.weights], [np.asarray(b).tolist() for b in one.biases]]
        for one in run.networks
    ]
    return {
        "networks": networks,
        "losses": run.losses.tolist(),
        "best": run.best.tolist(),
        "ended": run.ended,
    }


def serve() -> None:
    """Answer the requests of standard input until it ends, or until nobody has asked for a while."""
    limit_memory()
    while select.select([sys.stdin], [], [], IDLE)[0] and (line := sys.stdin.readline()):
        try:
            _tell({"run": _write_run(_train(json.loads(line)))})
        except tuple(_ERRORS.values()) as error:
            kind = next(name for name, known in _ERRORS.items() if isinstance(error, known))
            _tell({"error": kind, "words": str(error)})


def _train(request: dict[str, Any]) -> DeepRun:
    given = request["spec"]
    spec = DeepSpec(**{**given, "widths": tuple(given["widths"]), "seeds": tuple(given["seeds"])})
    try:
        return train_deep(
            spec,
            np.array(request["x"]),
            np.array(request["y"]),
            lambda done, steps: _tell({"progress": [done, steps]}),
        )
    except RuntimeError as error:  # what torch raises where it gets no memory
        raise MemoryError(str(error)) from error


def _tell(told: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()


def limit_memory() -> None:
    """Limit the memory of this process, on systems that know such a limit."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = MOST_BYTES if hard == resource.RLIM_INFINITY else min(MOST_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


if __name__ == "__main__":
    serve()
