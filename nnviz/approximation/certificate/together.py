"""Prove many ReLU networks for one f at once, each within an ε of its own.

The cells of all networks are bounded together by ``CellBounds``, as by ``search`` for one network. Most of the time of
a proof with a few hundred cells is the cost of calls of NumPy, which is then paid only once.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, Bounds, Truth
from nnviz.approximation.certificate.cells import CellBounds, Cells, StoppedError
from nnviz.approximation.certificate.kinked_units import KinkedUnits, ManyKinkedUnits
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.breaks import breaks
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target

_ROUNDS: Final = 8  # of dividing cells


def prove_together(
    networks: Sequence[ShallowNetwork], f: Target, interval: Bounds, epsilons: Array, end: float
) -> Truth:
    """Return for each of k networks of kinked units whether |f(x) − N(x)| < its ε is proved for every real x in K.

    A network that is not proved here may still be proved by ``certify``, which divides cells further and tries other
    bounds. ``end`` is a time of ``processor_time``.
    """
    if not networks:
        return np.zeros(0, np.bool_)
    models = [KinkedUnits(network, *interval) for network in networks]
    on = CellBounds(ManyKinkedUnits(models), f, float(epsilons.min()))
    with np.errstate(all="ignore"):
        try:
            return _proved(on, _first_cells(on, models), epsilons, end)
        except StoppedError:  # f may be undefined at a point
            return np.zeros(len(networks), np.bool_)


def _first_cells(on: CellBounds, models: Sequence[KinkedUnits]) -> Cells:
    """Return the cells between the nodes of each network and the breaks of f, from network to network."""
    at = breaks(on.f, *models[0].nodes[[0, -1]])
    nodes = [np.union1d(model.nodes, at) for model in models]
    sizes = np.array([len(some) for some in nodes])
    first = np.delete(np.arange(sizes.sum()), np.cumsum(sizes) - 1)
    before = np.cumsum([0, *(len(model.nodes) - 1 for model in models)])
    pieces = [
        start + np.searchsorted(model.nodes, some[:-1], side="right") - 1
        for model, some, start in zip(models, nodes, before)
    ]
    return on.between(np.concatenate(nodes), first, np.concatenate(pieces))


def _proved(on: CellBounds, cells: Cells, epsilons: Array, end: float) -> Truth:
    """Return which networks are proved, (k,), by dividing the cells whose bound is not below ε."""
    assert isinstance(on.model, ManyKinkedUnits)
    proved, owner = np.ones(len(epsilons), np.bool_), on.model.network
    for more in reversed(range(_ROUNDS)):
        goal = epsilons[owner[cells.piece]]
        blocks = [slice(k, k + on.model.block) for k in range(0, len(goal), on.model.block)]
        bound = np.concatenate([on.bound(cells.chosen(block), goal[block]) for block in blocks])
        left = ~(bound < goal)
        lost = left & ~(iv.up(cells.at_ends + on.model.slack) < goal)  # at an end, which stays an end
        proved[owner[cells.piece[lost]]] = False
        left &= proved[owner[cells.piece]]
        if not left.any():
            break
        if not more or processor_time() > end:
            proved[owner[cells.piece[left]]] = False
            break
        rest = cells.chosen(left)
        cells = on.divided(rest, on.parts(rest, bound[left], goal[left]))
    return proved
