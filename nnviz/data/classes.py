"""Read points of two classes: two features and a class, numbered 0 and 1."""

from dataclasses import replace

import numpy as np

from nnviz.data.errors import DataError
from nnviz.data.samples import Samples
from nnviz.data.table import Table

COLUMNS_NEEDED = "Three columns of numbers are needed, for two features and a class."
_NEEDED = "Two classes with at least two points each are needed, such as 0 and 1."


def number_classes(samples: Samples) -> Samples:
    """Return the samples with their two classes numbered 0 and 1, and their names; classes 0 and 1 have no other names.

    Raises DataError unless the target has two values, each at two points or more.
    """
    values, y, counts = np.unique(samples.y, return_inverse=True, return_counts=True)
    target = samples.target
    if len(values) != 2:
        raise DataError(f"`{target}` must have 2 different values, got {len(values)}. {_NEEDED}")
    known = samples.classes
    names = tuple(known[int(value)] if known else f"{target} = {value:g}" for value in values)
    if counts.min() < 2:
        raise DataError(
            f"`{target}` is {names[counts.argmin()].removeprefix(f'{target} = ')} at one point only. {_NEEDED}"
        )
    plain = not known and values.tolist() == [0, 1]
    return replace(samples, y=y.astype(np.float64), classes=() if plain else names)


def choose_class_columns(table: Table) -> tuple[tuple[str, str], str]:
    """Return the two features and the class that a table suggests; DataError if it has no three columns for them.

    The class is a column of words, else a column of few whole numbers, else the last column of numbers.
    """
    numbers = table.default_features()
    words = [name for name in table.classed if name not in table.numeric]
    if len({*numbers, *words}) < 3:
        table.need(3, COLUMNS_NEEDED)
    last = [name for name in table.classed if name in table.numeric][-1:]
    target = (words or last or [table.numeric[-1]])[-1]
    one, two = [name for name in numbers if name != target][:2]
    return (one, two), target


def read_classes(table: Table, columns: tuple[tuple[str, ...], str] | None = None) -> Samples:
    """Return samples of two classes; columns: two features and the class, by default those that the table suggests.

    Without a header, the features are called x1 and x2.
    """
    features, target = columns or choose_class_columns(table)
    samples = table.samples(features, target)
    names = [f"x{j}" if name.startswith("unnamed ") else name for j, name in enumerate(samples.features, 1)]
    return number_classes(replace(samples, features=tuple(names), target=table.column(target).name))
