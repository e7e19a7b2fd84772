"""Write the proof of a network of smooth units for the Coq proof assistant and the library CoqInterval.

The network is its formula with exact weights. ``interval`` bounds |f − N| with Taylor models on parts of K, which it
halves until the bound is at most ε (Martin-Dorel & Melquiond 2016). So the trusted part is the kernel of Coq.
"""

import math
from typing import Final

from nnviz.approximation.certificate.coq_formula import FUNCTIONS, number, written
from nnviz.approximation.certificate.record import Certificate
from nnviz.expressions import Expression
from nnviz.networks import ShallowNetwork

PHI: Final = {
    "tanh": FUNCTIONS["tanh"],
    "sigmoid": FUNCTIONS["sigmoid"],
    "softplus": FUNCTIONS["softplus"],
    "gaussian": "(exp (- ({0} * {0})))",
    "sine": "(sin {0})",
}
"""The smooth activation functions that CoqInterval can bound, in Coq's language."""
_LEAST_BITS: Final = 30  # of the numbers that interval computes with
_SPARE_BITS: Final = 20  # beyond those of the terms of the network over ε

_FILE: Final = """\
(* {claim}
   f is {formula}. The network has {width} units of {activation}, and the weights are exact.
   A decimal number in the formula means the nearest float64. Division, sqrt and ln are total functions in Coq;
   that f is defined on the interval is not stated here.
   Check this file with coqc 8.16 or later and the library CoqInterval 4.6 or later. *)
From Coq Require Import Reals.
From Interval Require Import Specific_stdz Specific_ops Tactic.

(* interval computes with the integers of Coq's library: the only axioms are those of the real numbers. *)
Module Floats := SpecificFloat StdZRadix2.
Module Intervals := IntervalTactic Floats.
Import Intervals.
Open Scope R_scope.

Definition phi (z : R) : R := {phi}.
Definition network (x : R) : R := {bias}
{units}.
Definition f (x : R) : R := {f}.

Theorem network_is_within_epsilon : forall x : R, {low} <= x <= {high} ->
  Rabs (f x - network x) <= {epsilon}.
Proof.
  intros x H. unfold f, network, phi.
  first [ interval with (i_bisect x, i_taylor x, i_prec {bits}, i_degree 5, i_depth 25)
        | interval with (i_bisect x, i_prec {bits}, i_depth 25) ].
Qed.

(* This shows the axioms: Print Assumptions network_is_within_epsilon. *)
"""


def smooth_proof(certificate: Certificate, network: ShallowNetwork, target: Expression) -> str:
    """Return the text of the file for a proved certificate of a network whose activation is in ``PHI``."""
    rows = zip(
        network.hidden_weights[:, 0].tolist(), network.hidden_biases.tolist(), network.output_weights.tolist()
    )
    largest = max([1.0, *(abs(float(one)) for one in network.output_weights)])
    low, high = map(number, certificate.interval)
    return _FILE.format(
        claim=certificate.claim(),
        formula=target.text,
        width=network.width,
        activation=network.activation,
        phi=PHI[network.activation].format("z"),
        bias=number(network.output_bias),
        units="\n".join(f"  + {number(v)} * phi ({number(w)} * x + {number(b)})" for w, b, v in rows),
        f=written(target.root),
        low=low,
        high=high,
        epsilon=number(certificate.epsilon),
        bits=max(_LEAST_BITS, _SPARE_BITS + math.frexp(largest / certificate.epsilon)[1]),
    )
