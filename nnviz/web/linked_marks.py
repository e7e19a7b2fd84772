"""Link charts: the unit whose mark the pointer is at in one of them lights up in all that follow the same live value.

A mark belongs to a unit if its data have a column ``unit`` with a number above 0.
"""

from collections.abc import Mapping

from nnviz.charts import LiveKey
from nnviz.web.components import declare_component

_LINKS = declare_component("linked_marks", "")


def link_marks(charts: Mapping[str, LiveKey], *, key: str) -> None:
    """Publish the unit that is pointed at. charts: the key of each chart -> the live value that it publishes."""
    _LINKS(key=key, data={"charts": dict(charts)})
