import pytest

from nnviz.charts import LiveKey
from tests.cases import each


def test_a_live_key_is_its_name() -> None:
    table: dict[str, int] = {LiveKey("lr_w"): 1}
    assert table["lr_w"] == 1


@each("name", ["", "LR", "lr w", "1x", "lr-w"])
def test_a_name_that_a_chart_could_not_use_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="`name` must be"):
        LiveKey(name)
