"""Show the page "Linear regression"."""

from nnviz import web
from nnviz.lessons.linear_regression.by_hand import view as by_hand
from nnviz.lessons.linear_regression.more_inputs import view as more_inputs
from nnviz.lessons.linear_regression.polynomials import view as polynomials
from nnviz.lessons.linear_regression.step_size import view as step_size
from nnviz.lessons.pages import PAGES

web.show_page(
    PAGES, "linear_regression", [by_hand.CHAPTER, step_size.CHAPTER, more_inputs.CHAPTER, polynomials.CHAPTER]
)
