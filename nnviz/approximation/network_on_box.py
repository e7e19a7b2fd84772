"""Find a network of two inputs within ε of f on a box, with its proof.

A formula that is a network is read as one. A function of one direction has the network of its restriction to a
diagonal. Otherwise units are placed as ridges until the error at points is below ε, and then fewer units are fitted by
variable projection. The search aims lower until a certificate proves ε on the whole box.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._checks import check_between
from nnviz._clock import processor_time
from nnviz._types import Box
from nnviz.approximation import network_for_epsilon as on_line
from nnviz.approximation.approximate import measure
from nnviz.approximation.certificate import Certificate, certify
from nnviz.approximation.domains import checked_box
from nnviz.approximation.network_for_epsilon import Reach
from nnviz.approximation.plane_lines import along_direction, find_direction, lines_of, on_diagonal
from nnviz.approximation.refinement import Effort
from nnviz.approximation.unit_counts import units_on_line
from nnviz.approximation.unreachable import Unreachable, find_refusal
from nnviz.approximation.width_for_epsilon import SETTINGS as ON_LINE
from nnviz.approximation.width_for_epsilon import Attempt, WidthSearch, best_attempt
from nnviz.approximation.written_networks import written_network
from nnviz.expressions import Expression
from nnviz.networks import ShallowNetwork
from nnviz.targets import TargetLike, as_target


class BoxSettings(NamedTuple):
    """The numbers that tune the search for a network with two inputs."""

    search_share: float = 0.6  # of the time; the rest is for the proof
    direction_share: float = 0.5  # of the time, for a function of one direction
    direction_aim: float = 1 - 1e-9  # of ε
    first_width: int = 32
    first_refined: int = 8  # units, where no placed ones are within ε
    aims: tuple[float, ...] = (0.9, 0.6, 0.3)  # of ε, for the error at samples
    provable: float = 0.98  # of ε; a network with a larger measured error is not tried to prove
    lower_bound_seconds: float = 0.3


SETTINGS: Final = BoxSettings()
_WIDTHS: Final = ON_LINE._replace(
    max_width=640,
    compared=2,
    compared_width=64,
    refined_width=640,
    most_refined=64,
    most_refinements=6,
    fewer_units=4,
    time_share=0.5,
    widest_first=True,
    effort=Effort(
        starts=3000, most_starts=100, stages=(6, 12, 24, 60), left=4, thinned=1, leveled=2, fewest_starts=3
    ),
)


class BoxSearch(WidthSearch):
    """A search for the smallest network of two inputs whose error is at most an aim at samples."""

    def __init__(self, f: Expression, box: Box, activation: str, deadline: float) -> None:
        super().__init__(f, box, activation, deadline, _WIDTHS)

    def smallest(self, epsilon: float) -> ShallowNetwork:
        """Return the network with the fewest units within ε, or that with the smallest error."""
        aim = epsilon / self.frame.y_half
        return self.constant() if aim >= 1 else self.network(self._best(aim))

    def _best(self, aim: float) -> Attempt:
        placed = self._placed(SETTINGS.first_width, aim)
        if placed.within:
            hopeless = placed.width > _WIDTHS.fewer_units * _WIDTHS.most_refined
            return placed if placed.width == 1 or hopeless else self._with_fewer(placed, aim)
        return best_attempt([placed, *self._projected([], SETTINGS.first_refined, aim)])


def reach_on_box(
    f: TargetLike, box: Box, epsilon: float, activation: str = "relu", seconds: float = on_line.SECONDS
) -> Reach:
    """Return a network of two inputs that is proved to be within ε of f on the box, and its certificate.

    Raises Unreachable if f jumps by 2ε or more on a line of the box or has a pole there, and if no network is proved
    within ``seconds`` of processor time; then ``best`` of the error is the best network with its certificate.
    """
    f, box = as_target(f, 2), checked_box(box)
    assert isinstance(f, Expression)
    on_line.check_activation(activation)
    check_between("epsilon", epsilon, 0, above=True)
    check_between("seconds", seconds, 0, above=True)
    deadline = processor_time() + seconds
    _refuse_on_lines(f, box, epsilon)
    try:
        found = _found(f, box, epsilon, activation, seconds, deadline)
    except Unreachable:
        raise
    except ValueError as error:
        raise Unreachable(str(error)) from None
    if found.certificate.status != "proved":
        raise Unreachable(_why(found.certificate, seconds), best=found)
    return found if activation not in _KINKED else _with_lower_bound(found, f, box, epsilon)


_KINKED: Final = ("relu", "leaky_relu")


def _refuse_on_lines(f: Expression, box: Box, epsilon: float) -> None:
    """Raise Unreachable if f jumps, has a pole or is undefined on a line of the box."""
    for line in lines_of(f, box):
        refusal = find_refusal(line.function, line.interval, epsilon)
        if refusal is not None and refusal.obstacle is not None:
            raise Unreachable(f"{line.words}: {refusal}", refusal.obstacle)


def _found(
    f: Expression, box: Box, epsilon: float, activation: str, seconds: float, deadline: float
) -> Reach:
    """Return the first proved network, or the best one."""
    if (written := written_network(f, activation)) is not None:
        return _proved(written, f, box, epsilon, deadline)
    if (found := _in_one_direction(f, box, epsilon, activation, seconds)) is not None:
        found = _proved(found.network, f, box, epsilon, deadline)._replace(lower_bound=found.lower_bound)
        if found.certificate.status == "proved":
            return found
    search = BoxSearch(f, box, activation, deadline - (1 - SETTINGS.search_share) * seconds)
    for share in SETTINGS.aims:
        network = search.smallest(share * epsilon)
        late = processor_time() > search.deadline
        if late or measure(f, box, network).sup <= SETTINGS.provable * epsilon:
            found = _proved(network, f, box, epsilon, deadline)
            if late or found.certificate.status == "proved":
                return found
    return found or _proved(network, f, box, epsilon, deadline)


def _proved(network: ShallowNetwork, f: Expression, box: Box, epsilon: float, deadline: float) -> Reach:
    """Return a network with its certificate."""
    left = max(deadline - processor_time(), 0.05)
    return Reach(network, certify(network, f, box, epsilon, left), None)


def _in_one_direction(
    f: Expression, box: Box, epsilon: float, activation: str, seconds: float
) -> Reach | None:
    """Return the network for f if f is a function of one direction, from that for its restriction to a diagonal."""
    if (e := find_direction(f, box)) is None:
        return None
    g = on_diagonal(f, box, np.sign(e))
    aim, limit = SETTINGS.direction_aim * epsilon, SETTINGS.direction_share * seconds
    try:
        found = on_line.reach(g, (-1.0, 1.0), aim, activation, limit)
    except Unreachable:
        return None
    return found._replace(network=along_direction(found.network, box, e))


def _with_lower_bound(found: Reach, f: Expression, box: Box, epsilon: float) -> Reach:
    """Return the result with the largest number of units that f needs on a line of the box."""
    end, least = processor_time() + SETTINGS.lower_bound_seconds, found.lower_bound or 0
    for line in lines_of(f, box):
        if processor_time() > end:
            break
        least = max(least, units_on_line(line.function, line.interval, epsilon, end))
    return found._replace(lower_bound=least)


def _why(certificate: Certificate, seconds: float) -> str:
    """Say that no network was proved in time, and what is known of the best."""
    units = certificate.network.width if isinstance(certificate.network, ShallowNetwork) else 0
    return (
        f"No network within ε = {certificate.epsilon:g} of f on K was proved in {seconds:g} s. The best one that was "
        f"found has {units} units. {certificate.reason} By the theorem a network within ε exists."
    )
