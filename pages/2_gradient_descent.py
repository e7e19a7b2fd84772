"""Show the page "Gradient descent"."""

from nnviz import web
from nnviz.lessons.gradient_descent.in_3d import view as in_3d
from nnviz.lessons.gradient_descent.network_loss import view as network_loss
from nnviz.lessons.gradient_descent.one_update import view as one_update
from nnviz.lessons.gradient_descent.race import view as race
from nnviz.lessons.pages import PAGES

web.show_page(
    PAGES, "gradient_descent", [race.CHAPTER, one_update.CHAPTER, in_3d.CHAPTER, network_loss.CHAPTER]
)
