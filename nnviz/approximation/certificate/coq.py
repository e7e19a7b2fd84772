"""Write a proved certificate as a file that the Coq proof assistant checks with the library CoqInterval.

The file states |f(x) − N(x)| ≤ ε for every real x in K, with ``Rmax`` as ReLU and the exact weights as integers over
powers of two. Its first lemmas are the same in every file: if all pre-activations of a network have one sign on [l, r],
which is computed in integers, the network is a line there, with integer coefficients. For each linear piece of the
network ``interval`` (Melquiond 2008; Martin-Dorel & Melquiond 2016) bounds |f − line| with Taylor models.

Division, sqrt and ln are total functions in Coq. So the file says nothing of where f is defined, which the certificate
has proved before.
"""

import math
from fractions import Fraction
from typing import Final

from nnviz._checks import argument_error
from nnviz.approximation.certificate.coq_formula import number, written
from nnviz.approximation.certificate.coq_smooth import PHI, smooth_proof
from nnviz.approximation.certificate.record import Certificate
from nnviz.expressions import Expression
from nnviz.networks import LayeredNetwork, ShallowNetwork

MOST_UNITS: Final = 1000
_LEAST_BITS: Final = 30  # of the numbers that interval computes with
_SPARE_BITS: Final = 20  # beyond those of ε
_END_SHARE: Final = Fraction(1, 4096)  # of a piece, at each end
_HEAD: Final = """\
(* {claim}
   f is {formula}.
   A decimal number in the formula means the nearest float64. Division, sqrt and ln are total functions in Coq;
   that f is defined on the interval is not stated here.
   Check this file with coqc 8.16 or later and the library CoqInterval 4.6 or later. *)
From Coq Require Import Reals ZArith List Lra Lia.
From Interval Require Import Specific_stdz Specific_ops Tactic.
Import ListNotations.

(* interval computes with the integers of Coq's library: the only axioms are those of the real numbers. *)
Module Floats := SpecificFloat StdZRadix2.
Module Intervals := IntervalTactic Floats.
Import Intervals.
Open Scope R_scope.

(* A unit (V, W, B) is V/2^{vexp} * Rmax 0 (W/2^{zexp} * x + B/2^{zexp}). *)
Definition vscale : R := {vscale}.
Definition zscale : R := {zscale}.
Definition unit (u : Z * Z * Z) (x : R) : R :=
  let '(V, W, B) := u in IZR V / vscale * Rmax 0 (IZR W / zscale * x + IZR B / zscale).
Definition units : list (Z * Z * Z) := [
{units}
]%Z.
Definition output_bias : R := {bias}.

Definition network (x : R) : R := fold_right (fun u sum => unit u x + sum) output_bias units.
Definition f (x : R) : R := {f}.

(* --- the network is a line where no pre-activation changes its sign --- *)

Definition scale : R := {scale}.
Definition end_sign (W B n d : Z) : Z := (W * n + B * d)%Z.

Fixpoint line (us : list (Z * Z * Z)) (ln ld rn rd S T : Z) : option (Z * Z) :=
  match us with
  | [] => Some (S, T)
  | (V, W, B) :: rest =>
    if ((0 <=? end_sign W B ln ld) && (0 <=? end_sign W B rn rd))%Z%bool
    then line rest ln ld rn rd (S + V * W) (T + V * B)
    else if ((end_sign W B ln ld <=? 0) && (end_sign W B rn rd <=? 0))%Z%bool
    then line rest ln ld rn rd S T
    else None
  end.

Lemma end_value W B n d : (0 < d)%Z -> IZR (end_sign W B n d) = (IZR W * (IZR n / IZR d) + IZR B) * IZR d.
Proof.
  intros Hd. unfold end_sign. rewrite plus_IZR, !mult_IZR. apply IZR_lt in Hd. field. lra.
Qed.

Lemma between W B ln ld rn rd x (P : R -> Prop) : (0 < ld)%Z -> (0 < rd)%Z ->
  IZR ln / IZR ld <= x <= IZR rn / IZR rd ->
  (0 <= IZR (end_sign W B ln ld) -> 0 <= IZR (end_sign W B rn rd) -> 0 <= IZR W * x + IZR B) /\\
  (IZR (end_sign W B ln ld) <= 0 -> IZR (end_sign W B rn rd) <= 0 -> IZR W * x + IZR B <= 0).
Proof.
  intros Hl Hr Hx. rewrite !end_value by assumption. apply IZR_lt in Hl. apply IZR_lt in Hr.
  set (l := IZR ln / IZR ld) in *. set (r := IZR rn / IZR rd) in *.
  split; intros H1 H2.
  - assert (0 <= IZR W * l + IZR B) by (apply Rmult_le_reg_r with (IZR ld); lra).
    assert (0 <= IZR W * r + IZR B) by (apply Rmult_le_reg_r with (IZR rd); lra).
    destruct (Rle_or_lt 0 (IZR W)); [assert (IZR W * l <= IZR W * x) by (apply Rmult_le_compat_l; lra)
      | assert (IZR W * r <= IZR W * x) by (apply Rmult_le_compat_neg_l; lra)]; lra.
  - assert (IZR W * l + IZR B <= 0) by (apply Rmult_le_reg_r with (IZR ld); lra).
    assert (IZR W * r + IZR B <= 0) by (apply Rmult_le_reg_r with (IZR rd); lra).
    destruct (Rle_or_lt 0 (IZR W)); [assert (IZR W * x <= IZR W * r) by (apply Rmult_le_compat_l; lra)
      | assert (IZR W * x <= IZR W * l) by (apply Rmult_le_compat_neg_l; lra)]; lra.
Qed.

Lemma scales : 0 < vscale /\\ 0 < zscale /\\ scale = vscale * zscale.
Proof. unfold vscale, zscale, scale. split; [|split]; lra. Qed.

Lemma unit_scaled V W B x : unit (V, W, B) x = IZR V * Rmax 0 (IZR W * x + IZR B) / scale.
Proof.
  destruct scales as [Hv [Hz Hs]]. unfold unit. rewrite Hs.
  replace (IZR W / zscale * x + IZR B / zscale) with (/ zscale * (IZR W * x + IZR B)) by (field; lra).
  replace 0 with (/ zscale * 0) at 1 by ring.
  rewrite RmaxRmult by (left; apply Rinv_0_lt_compat; lra). field; lra.
Qed.

Lemma line_holds us ln ld rn rd x : (0 < ld)%Z -> (0 < rd)%Z -> IZR ln / IZR ld <= x <= IZR rn / IZR rd ->
  forall S T S1 T1 c, line us ln ld rn rd S T = Some (S1, T1) ->
  fold_right (fun u sum => unit u x + sum) c us + (IZR S * x + IZR T) / scale
  = c + (IZR S1 * x + IZR T1) / scale.
Proof.
  intros Hl Hr Hx. destruct scales as [Hv [Hz Hs]].
  assert (0 < scale) by (rewrite Hs; apply Rmult_lt_0_compat; assumption).
  induction us as [|[[V W] B] rest IH]; intros S T S1 T1 c; simpl line.
  - intros E. injection E as <- <-. simpl. ring.
  - destruct (between W B ln ld rn rd x (fun _ => True) Hl Hr Hx) as [Hp Hn].
    destruct ((0 <=? end_sign W B ln ld) && (0 <=? end_sign W B rn rd))%Z%bool eqn:E1.
    + apply andb_prop in E1 as [E1 E2]. apply Z.leb_le in E1, E2. apply IZR_le in E1, E2.
      intros E. specialize (IH _ _ _ _ c E). cbn [fold_right]. rewrite unit_scaled, Rmax_right by auto.
      rewrite <- IH, !plus_IZR, !mult_IZR. field. lra.
    + destruct ((end_sign W B ln ld <=? 0) && (end_sign W B rn rd <=? 0))%Z%bool eqn:E2; [|discriminate].
      apply andb_prop in E2 as [E2 E3]. apply Z.leb_le in E2, E3. apply IZR_le in E2, E3.
      intros E. specialize (IH _ _ _ _ c E). cbn [fold_right]. rewrite unit_scaled, Rmax_left by auto.
      rewrite <- IH. field. lra.
Qed.

Lemma on_piece ln ld rn rd S T x :
  ((0 <? ld) && (0 <? rd))%Z%bool = true -> line units ln ld rn rd 0 0 = Some (S, T) ->
  IZR ln / IZR ld <= x <= IZR rn / IZR rd -> network x = output_bias + (IZR S * x + IZR T) / scale.
Proof.
  intros E Hline Hx. apply andb_prop in E as [Hl Hr]. apply Z.ltb_lt in Hl, Hr.
  rewrite <- (line_holds units ln ld rn rd x Hl Hr Hx 0%Z 0%Z S T output_bias Hline).
  unfold network. destruct scales as [Hv [Hz Hs]].
  assert (0 < scale) by (rewrite Hs; apply Rmult_lt_0_compat; assumption). field. lra.
Qed.

(* Taylor models do not hold where f has a vertical tangent, so both ends of such a piece are bounded without them. *)
Ltac taylor x := interval with (i_bisect x, i_taylor x, i_prec {bits}, i_degree 5, i_depth 20).
Ltac plain x := interval with (i_bisect x, i_prec {bits}, i_depth 20).
Ltac bound_piece ln ld rn rd S T d e x H :=
  rewrite (on_piece ln ld rn rd S T x);
  [ unfold f, output_bias, scale; clear - H;
    first [ taylor x
      | let G := fresh in
        destruct (Rle_or_lt x d) as [G | G];
        [ plain x
        | apply Rlt_le in G; let G1 := fresh in
          destruct (Rle_or_lt x e) as [G1 | G1]; [taylor x | apply Rlt_le in G1; plain x] ]
      | plain x ]
  | vm_compute; reflexivity | vm_compute; reflexivity | exact H ].

(* --- the pieces --- *)
"""


def coq_proof(certificate: Certificate) -> str:
    """Return the text of a file that ``coqc`` accepts as a proof of the claim of a certificate.

    ValueError unless the certificate is proved, its network has one hidden layer of ReLU units or of those in ``PHI``
    with one input, and its formula has only functions that CoqInterval knows.
    """
    network, target = certificate.network, certificate.target
    if certificate.status != "proved":
        raise argument_error("certificate", "proved", certificate.status)
    if isinstance(network, LayeredNetwork):
        raise argument_error(
            "network", "a network with one hidden layer", f"{len(network.widths)} hidden layers"
        )
    known = network.activation == "relu" or network.activation in PHI
    if not known or network.inputs != 1 or network.width > MOST_UNITS:
        requirement = f"a network of at most {MOST_UNITS} units of relu, {', '.join(PHI)} with one input"
        raise argument_error("network", requirement, f"{network.width} units of {network.activation}")
    if not isinstance(target, Expression):
        raise argument_error("f", "a formula", target.text)
    if network.activation in PHI:
        return smooth_proof(certificate, network, target)
    return _Proof(certificate, network, target).text()


class _Proof:
    """The parts of one file."""

    def __init__(self, certificate: Certificate, network: ShallowNetwork, target: Expression) -> None:
        self.certificate, self.network, self.target = certificate, network, target
        self.f = written(target.root)
        w, b, v = (
            [Fraction(float(one)) for one in numbers]
            for numbers in (network.hidden_weights[:, 0], network.hidden_biases, network.output_weights)
        )
        self.zexp, self.vexp = _exponent([*w, *b]), _exponent(v)
        self.units = [
            (int(one * 2**self.vexp), int(slope * 2**self.zexp), int(bias * 2**self.zexp))
            for slope, bias, one in zip(w, b, v)
        ]
        self.ends = _piece_ends(network, *map(Fraction, certificate.interval))

    def text(self) -> str:
        """Return the file."""
        head = _HEAD.format(
            claim=self.certificate.claim(),
            formula=self.target.text,
            bits=max(_LEAST_BITS, _SPARE_BITS - math.frexp(self.certificate.epsilon)[1]),
            vexp=self.vexp,
            zexp=self.zexp,
            vscale=2**self.vexp,
            zscale=2**self.zexp,
            scale=2 ** (self.vexp + self.zexp),
            units=";\n".join(f"  ({v}, {w}, {b})" for v, w, b in self.units),
            bias=number(self.network.output_bias),
            f=self.f,
        )
        epsilon = number(self.certificate.epsilon)
        pieces = [self._piece(k, epsilon) for k in range(len(self.ends) - 1)]
        return head + "\n".join([*pieces, self._theorem(epsilon)])

    def _piece(self, k: int, epsilon: str) -> str:
        """Return the lemma of one linear piece."""
        left, right = self.ends[k], self.ends[k + 1]
        middle = (left + right) / 2
        on = [(v, w, b) for v, w, b in self.units if w * middle + b > 0]
        slope, level = sum(v * w for v, w, _ in on), sum(v * b for v, _, b in on)
        numbers = (left.numerator, left.denominator, right.numerator, right.denominator, slope, level)
        inner = [left + (right - left) * share for share in (_END_SHARE, 1 - _END_SHARE)]
        arguments = " ".join([*[f"({n})%Z" for n in numbers], *[f"({_rational(one)})" for one in inner]])
        return (
            f"Lemma piece{k} x : {_rational(left)} <= x <= {_rational(right)} -> "
            f"Rabs (f x - network x) <= {epsilon}.\n"
            f"Proof. intros H. bound_piece {arguments} x H. Qed.\n"
        )

    def _theorem(self, epsilon: str) -> str:
        """Return the theorem, which joins the pieces."""
        low, high = self.ends[0], self.ends[-1]
        cases = [
            f"  destruct (Rle_or_lt x ({_rational(end)})) as [H | H]; "
            f"[exact (piece{k} x (conj Ha H)) | clear Ha; apply Rlt_le in H; rename H into Ha].\n"
            for k, end in enumerate(self.ends[1:-1])
        ]
        return (
            "(* --- all of the interval --- *)\n\n"
            f"Theorem network_is_within_epsilon : forall x : R, {_rational(low)} <= x <= {_rational(high)} ->\n"
            f"  Rabs (f x - network x) <= {epsilon}.\n"
            f"Proof.\n  intros x [Ha Hb].\n{''.join(cases)}"
            f"  exact (piece{len(self.ends) - 2} x (conj Ha Hb)).\nQed.\n\n"
            "(* This shows the axioms: Print Assumptions network_is_within_epsilon. *)\n"
        )


def _piece_ends(network: ShallowNetwork, low: Fraction, high: Fraction) -> list[Fraction]:
    """Return the exact ends of the linear pieces of a network on [low, high]."""
    pairs = zip(network.hidden_weights[:, 0].tolist(), network.hidden_biases.tolist())
    kinks = {-Fraction(b) / Fraction(w) for w, b in pairs if w}
    return [low, *sorted(kink for kink in kinks if low < kink < high), high]


def _exponent(numbers: list[Fraction]) -> int:
    """Return the smallest k ≥ 0 for which 2ᵏ times each number is whole."""
    return max((number.denominator.bit_length() - 1 for number in numbers), default=0)


def _rational(number: Fraction) -> str:
    """Return a rational as the quotient of two integers, as the lemmas have it."""
    return f"IZR ({number.numerator}) / IZR {number.denominator}"
