"""Proof that a network is within ε of a function on all of K, its limits, and the file that anyone can check again."""

from nnviz.approximation.certificate.record import ASSUMPTIONS as ASSUMPTIONS
from nnviz.approximation.certificate.record import Certificate as Certificate
from nnviz.approximation.certificate.search import certify as certify
