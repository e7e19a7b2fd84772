"""Return the rows of samples as tuples, to compare them with what was written."""

from nnviz.data import Samples


def points(samples: Samples) -> list[tuple[float, ...]]:
    return [(*map(float, x), float(y)) for x, y in zip(samples.x, samples.y)]
