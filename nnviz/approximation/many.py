"""Find networks, certificates and studies for many functions, on one machine or on a cluster.

Each function takes ``executor``, any ``concurrent.futures.Executor``. The numbers do not depend on it, because each
task has its own seed, and limits count steps. Only a time limit in seconds that ends a task depends on the machine.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, NamedTuple

from nnviz._checks import check
from nnviz._tasks import compute_all
from nnviz._types import Bounds, ShareProgress
from nnviz.approximation.certificate import Certificate, certify
from nnviz.approximation.domains import checked_interval
from nnviz.approximation.error_vs_width import Study, StudySpec, WidthResult, assembled, width_result
from nnviz.approximation.explanations import check_bounded
from nnviz.approximation.network_for_epsilon import Reach
from nnviz.approximation.norms import reach
from nnviz.approximation.unreachable import Unreachable
from nnviz.networks import Network
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

SECONDS = 60.0  # for one task; so long that a slow machine finds what a fast one finds


class Question(NamedTuple):
    """A function f, an interval K and an error ε."""

    f: TargetLike
    interval: Bounds
    epsilon: float


class Claim(NamedTuple):
    """The claim that a network is within ε of f on K."""

    network: Network
    f: TargetLike
    K: Any
    epsilon: float


def reach_all(
    questions: Iterable[Question | tuple[Any, ...]],
    activation: str = "relu",
    seconds: float = SECONDS,
    *,
    executor: Executor | None = None,
    progress: ShareProgress | None = None,
) -> list[Reach | Unreachable]:
    """Return what ``reach`` finds for each (f, K, ε), in their order; Unreachable, not raised, where there is none."""
    tasks = [Question(as_target(f), interval, epsilon) for f, interval, epsilon in questions]
    return compute_all(partial(_reached, activation=activation, seconds=seconds), tasks, executor, progress)


def _reached(question: Question, activation: str, seconds: float) -> Reach | Unreachable:
    try:
        return reach(*question, activation, seconds)
    except Unreachable as refusal:
        return refusal


def certify_all(
    claims: Iterable[Claim | tuple[Any, ...]],
    seconds: float = SECONDS,
    *,
    executor: Executor | None = None,
    progress: ShareProgress | None = None,
) -> list[Certificate]:
    """Return the certificate of ``certify`` for each (network, f, K, ε), in their order."""
    tasks = [Claim(network, as_target(f, network.inputs), K, epsilon) for network, f, K, epsilon in claims]
    return compute_all(partial(_certified, seconds=seconds), tasks, executor, progress)


def _certified(claim: Claim, seconds: float) -> Certificate:
    return certify(*claim, seconds)


class _StudyTask(NamedTuple):
    spec: StudySpec
    f: Target
    interval: Bounds
    width: int


def study_all(
    specs: StudySpec | Sequence[StudySpec],
    targets: Iterable[tuple[TargetLike, Bounds]],
    *,
    executor: Executor | None = None,
    progress: ShareProgress | None = None,
) -> list[Study]:
    """Return the study of each spec for each (f, K), targets first: S studies of the first spec, S of the next, ….

    A task is one width of one target, with all its seeds; the widest come first, so that workers end together.
    ValueError if a spec has a limit in seconds, or an argument is not one of ``study``.
    """
    each = [specs] if isinstance(specs, StudySpec) else list(specs)
    for spec in each:
        check(
            "seconds", spec.seconds, spec.seconds == float("inf"), "infinite, because tasks run side by side"
        )
    known = [(as_target(f), checked_interval(interval)) for f, interval in targets]
    for f, interval in known:
        check_bounded(f, interval)
    tasks = [
        _StudyTask(spec, f, interval, width)
        for spec in each
        for f, interval in known
        for width in spec.widths
    ]
    order = sorted(range(len(tasks)), key=lambda k: -tasks[k].width)
    found = compute_all(_measured, [tasks[k] for k in order], executor, progress)
    results = dict(zip(order, found, strict=True))
    studies, start = [], 0
    for spec in each:
        for f, interval in known:
            rows = [results[k] for k in range(start, start + len(spec.widths))]
            studies.append(assembled(spec, f, interval, rows))
            start += len(spec.widths)
    return studies


def _measured(task: _StudyTask) -> WidthResult:
    return width_result(*task)
