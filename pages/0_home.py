"""Show the home page."""

from nnviz import web
from nnviz.lessons.home.growing_network import view as growing_network
from nnviz.lessons.pages import PAGES
from nnviz.lessons.universal_approximation.question import view as question

web.show_page(PAGES, "home", [growing_network.CHAPTER], bar=question.draw_bar)
