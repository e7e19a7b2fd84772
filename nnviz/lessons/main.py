"""Run the page of the address: the script that the server runs for every visitor."""

from nnviz.lessons.pages import MENU
from nnviz.web import navigate

navigate(MENU)
