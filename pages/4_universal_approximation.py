"""Show the page "Universal approximation"."""

from nnviz import web
from nnviz.lessons.pages import PAGES
from nnviz.lessons.universal_approximation.any_epsilon import view as any_epsilon
from nnviz.lessons.universal_approximation.bumps import view as bumps
from nnviz.lessons.universal_approximation.by_hand import view as by_hand
from nnviz.lessons.universal_approximation.exists_and_found import view as exists_and_found
from nnviz.lessons.universal_approximation.limits import view as limits
from nnviz.lessons.universal_approximation.one_unit import view as one_unit
from nnviz.lessons.universal_approximation.question import view as question
from nnviz.lessons.universal_approximation.train import view as train
from nnviz.lessons.universal_approximation.two_inputs import view as two_inputs

web.show_page(
    PAGES,
    "universal_approximation",
    [
        one_unit.CHAPTER,
        bumps.CHAPTER,
        by_hand.CHAPTER,
        any_epsilon.CHAPTER,
        train.CHAPTER,
        exists_and_found.CHAPTER,
        limits.CHAPTER,
        two_inputs.CHAPTER,
    ],
    bar=question.draw_bar,
)
