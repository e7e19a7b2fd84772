"""The theorem: how near a network is to a function. Imports NumPy only; measured is not proved."""

from nnviz.approximation.certificate import ASSUMPTIONS as ASSUMPTIONS
from nnviz.approximation.certificate import Certificate as Certificate
from nnviz.approximation.certificate import certify as certify
from nnviz.approximation.measured import Film as Film
from nnviz.approximation.measured import film as film
from nnviz.approximation.measured import largest_terms as largest_terms
from nnviz.approximation.steps import interpolant as interpolant
from nnviz.approximation.steps import interpolants as interpolants
