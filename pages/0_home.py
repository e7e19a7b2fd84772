"""The idea in one minute, and the way into the pages."""

from nnviz import ui

ui.begin("home", "Soon.")
