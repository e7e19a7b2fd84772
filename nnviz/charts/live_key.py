"""Name the controls that charts follow in the browser."""

import re


class LiveKey(str):
    """Name a control whose value a chart follows while it is dragged.

    It is the key of the Streamlit widget, the name of its setting in the link, and the name of the chart's Vega
    parameter, so it is written once, in the chart's module, and imported by the view. ValueError unless it is a
    lower-case identifier.
    """

    __slots__ = ()

    def __new__(cls, name: str) -> "LiveKey":
        """Check the name."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"`name` must be a lower-case identifier, got {name!r}")
        return super().__new__(cls, name)
