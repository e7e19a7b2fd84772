from collections.abc import Iterator

import pytest
from flint import ctx

from nnviz.checker.jets import set_precision


@pytest.fixture
def precision() -> Iterator[None]:
    """Compute with the precision of the checker, which it sets for the whole process; give back that from before."""
    before = ctx.prec, ctx.cap
    set_precision()
    yield
    ctx.prec, ctx.cap = before
