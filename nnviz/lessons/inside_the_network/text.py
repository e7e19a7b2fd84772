"""Hold the words of the page "Inside the network"."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="inside_the_network",
    prefix="in",
    file="5_inside_the_network.py",
    title="Inside the network",
    icon=":material/hub:",
    about="Follow every number through both passes, find weights with the same function, and compare width with depth.",
    idea="Follow the numbers of a small [[network]] through training. Then compare wide networks with deep ones.",
    closing="Training from different seeds ends at different weights. Which of these differences are symmetries, "
    "and which are different functions?",
)
