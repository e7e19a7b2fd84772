"""Link charts: the unit whose mark is pointed at in one of them lights up in all that follow the same live value.

The keyboard reaches each chart, too, and arrows choose a unit.

A mark belongs to a unit if its data have a column ``unit`` with a number above 0.
"""

from collections.abc import Mapping

from nnviz.charts import LiveKey
from nnviz.web import text
from nnviz.web.components import declare_component

_LINKS = declare_component("linked_marks", "")


def link_marks(charts: Mapping[str, LiveKey], *, key: str) -> None:
    """Publish the unit that is pointed at. charts: the key of each chart -> the live value that it publishes."""
    _LINKS(key=key, data={"charts": dict(charts), "words": text.LINKED_UNITS})
