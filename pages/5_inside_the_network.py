"""Show the page "Inside the network"."""

from nnviz import web
from nnviz.lessons.inside_the_network.folding import view as folding
from nnviz.lessons.inside_the_network.passes import view as passes
from nnviz.lessons.inside_the_network.symmetries import view as symmetries
from nnviz.lessons.inside_the_network.width_or_depth import view as width_or_depth
from nnviz.lessons.pages import PAGES

web.show_page(
    PAGES, "inside_the_network", [passes.CHAPTER, symmetries.CHAPTER, folding.CHAPTER, width_or_depth.CHAPTER]
)
