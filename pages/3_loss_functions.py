"""Show the page "Loss functions"."""

from nnviz import web
from nnviz.lessons.loss_functions.boundaries import view as boundaries
from nnviz.lessons.loss_functions.classes import view as classes
from nnviz.lessons.loss_functions.errors import view as errors
from nnviz.lessons.loss_functions.noise import view as noise
from nnviz.lessons.pages import PAGES

web.show_page(PAGES, "loss_functions", [errors.CHAPTER, classes.CHAPTER, boundaries.CHAPTER, noise.CHAPTER])
