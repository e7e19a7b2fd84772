"""."""

from nnviz import ui

ui.begin("universal_approximation", "Soon.")
