"""Prove that a network is within ε of a function on all of K, and write the proof to a file that can be checked."""

from nnviz.approximation.certificate.certify import certify as certify
from nnviz.approximation.certificate.certify import prove_again as prove_again
from nnviz.approximation.certificate.record import ASSUMPTIONS as ASSUMPTIONS
from nnviz.approximation.certificate.record import Certificate as Certificate
