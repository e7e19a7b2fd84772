"""Check a certificate with exact rationals and ball arithmetic, independently of the program that wrote it.

This package shares no code with the prover: it imports the standard library and python-flint (Arb) only, and the
tests prove it. It reads the question from the file, and nothing that the file says of the answer:

    f          the tree of the formula, evaluated in balls of Arb, or points, joined in exact rationals
    N          the network with its weights as exact rationals
    K, ε       floats, which are exact
    units      the lines and gates that prove the lower bound, if the file has them

Kinked units and steps are summed in exact rationals, smooth units as Taylor polynomials with a bound of the rest by
Cauchy's estimate. What is dropped: the assumptions about IEEE 754, about the accuracy of NumPy and the machine's
library, and about the prover. What remains: python-flint and Arb are correct, and Python runs as documented.
"""

from nnviz.checker.check import Verdict as Verdict
from nnviz.checker.check import check as check
from nnviz.checker.claim import ClaimError as ClaimError
