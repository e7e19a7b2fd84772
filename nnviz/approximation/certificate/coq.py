"""Write a proved certificate as a file that the Coq proof assistant checks with the library CoqInterval.

The file states |f(x) − N(x)| ≤ ε for every real x in K, with ``Rmax`` as ReLU and the exact weights as integers over
powers of two. Its first lemmas are the same in every file. The units are sorted by their kinks, which is checked in
integers. Between two kinks that follow each other the network is a line with integer coefficients, and each line comes
from the one before by adding one unit. On each line ``interval`` (Melquiond 2008; Martin-Dorel & Melquiond 2016) bounds
|f − line| with Taylor models.

Division, sqrt and ln are total functions in Coq. So the file says nothing of where f is defined, which the certificate
has proved before.
"""

import math
from bisect import bisect_right
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
_QUICK_BITS: Final = 17  # the same, for the first try
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

(* A unit (V, W, B) is V/2^{vexp} * Rmax 0 (W/2^{zexp} * x + B/2^{zexp}). Units with W = 0 are in the output bias. *)
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

(* --- the network is a line between two kinks that follow each other --- *)

Definition scale : R := {scale}.

(* The kink of a unit is -offset/factor: there its pre-activation is 0. *)
Definition factor (u : Z * Z * Z) : Z := let '(V, W, B) := u in Z.abs W.
Definition offset (u : Z * Z * Z) : Z := let '(V, W, B) := u in (Z.sgn W * B)%Z.
Definition kink (u : Z * Z * Z) : R := - IZR (offset u) / IZR (factor u).

(* A line (s, t) is (s * x + t) / scale. This is a unit on the left of its kink, and what it gains on the right. *)
Definition left_line (u : Z * Z * Z) : Z * Z :=
  let '(V, W, B) := u in if (W <? 0)%Z then (V * W, V * B)%Z else (0, 0)%Z.
Definition gain (u : Z * Z * Z) : Z * Z := let '(V, W, B) := u in (V * Z.abs W, V * (Z.sgn W * B))%Z.
Definition add (p q : Z * Z) : Z * Z := (fst p + fst q, snd p + snd q)%Z.
Definition value (p : Z * Z) (x : R) : R := (IZR (fst p) * x + IZR (snd p)) / scale.

Fixpoint lines (p : Z * Z) (us : list (Z * Z * Z)) : list (Z * Z) :=
  p :: match us with [] => [] | u :: rest => lines (add p (gain u)) rest end.
Definition leftmost (us : list (Z * Z * Z)) : Z * Z := fold_right (fun u p => add (left_line u) p) (0, 0)%Z us.
Definition all_lines : list (Z * Z) := Eval vm_compute in lines (leftmost units) units.

Fixpoint sorted (us : list (Z * Z * Z)) : bool :=
  match us with
  | [] => true
  | u :: rest =>
    ((0 <? factor u)%Z &&
    match rest with [] => true | v :: _ => (offset v * factor u <=? offset u * factor v)%Z end && sorted rest)%bool
  end.

Lemma scales : 0 < vscale /\\ 0 < zscale /\\ scale = vscale * zscale.
Proof. unfold vscale, zscale, scale. split; [|split]; lra. Qed.

Lemma value_add p q x : value (add p q) x = value p x + value q x.
Proof.
  destruct scales as [Hv [Hz Hs]]. unfold value, add. simpl. rewrite !plus_IZR. field. rewrite Hs.
  apply Rgt_not_eq, Rmult_lt_0_compat; assumption.
Qed.

Lemma unit_scaled V W B x : unit (V, W, B) x = IZR V * Rmax 0 (IZR W * x + IZR B) / scale.
Proof.
  destruct scales as [Hv [Hz Hs]]. unfold unit. rewrite Hs.
  replace (IZR W / zscale * x + IZR B / zscale) with (/ zscale * (IZR W * x + IZR B)) by (field; lra).
  replace 0 with (/ zscale * 0) at 1 by ring.
  rewrite RmaxRmult by (left; apply Rinv_0_lt_compat; lra). field; lra.
Qed.

Lemma kink_side u x : (0 < factor u)%Z ->
  (kink u <= x -> 0 <= IZR (factor u) * x + IZR (offset u)) /\\
  (x <= kink u -> IZR (factor u) * x + IZR (offset u) <= 0).
Proof.
  intros H. apply IZR_lt in H. unfold kink. set (a := IZR (factor u)) in *. set (c := IZR (offset u)) in *.
  replace (a * x + c) with (a * (x - - c / a)) by (field; lra).
  split; intros Hx; [apply Rmult_le_pos; lra|]. rewrite <- (Rmult_0_r a). apply Rmult_le_compat_l; lra.
Qed.

Lemma unit_sides u x : (0 < factor u)%Z ->
  (x <= kink u -> unit u x = value (left_line u) x) /\\
  (kink u <= x -> unit u x = value (left_line u) x + value (gain u) x).
Proof.
  intros H. destruct (kink_side u x H) as [Hright Hleft]. destruct u as [[V W] B]. rewrite unit_scaled.
  unfold left_line, gain, value, factor, offset in *.
  destruct scales as [Hv [Hz Hs]]. assert (scale <> 0) by (rewrite Hs; apply Rgt_not_eq, Rmult_lt_0_compat; assumption).
  destruct (Z.ltb_spec W 0) as [Hw|Hw]; simpl fst; simpl snd.
  - rewrite Z.abs_neq, Z.sgn_neg in * by lia. rewrite ?mult_IZR, ?opp_IZR in *.
    split; intros Hx; [rewrite Rmax_right by (specialize (Hleft Hx); lra)
      | rewrite Rmax_left by (specialize (Hright Hx); lra)]; field; assumption.
  - rewrite Z.abs_eq, Z.sgn_pos in * by lia. rewrite ?mult_IZR in *.
    split; intros Hx; [rewrite Rmax_left by (specialize (Hleft Hx); lra)
      | rewrite Rmax_right by (specialize (Hright Hx); lra)]; field; assumption.
Qed.

Lemma sorted_head u rest : sorted (u :: rest) = true ->
  (0 < factor u)%Z /\\ sorted rest = true /\\ forall v, In v rest -> kink u <= kink v.
Proof.
  revert u. induction rest as [|v rest IH]; intros u H.
  - simpl in H. apply andb_prop in H as [H _]. apply andb_prop in H as [H _]. apply Z.ltb_lt in H.
    split; [assumption|]. split; [reflexivity|]. intros v [].
  - change (sorted (u :: v :: rest)) with
      ((0 <? factor u)%Z && (offset v * factor u <=? offset u * factor v)%Z && sorted (v :: rest))%bool in H.
    apply andb_prop in H as [H Hrest]. apply andb_prop in H as [Hu Huv]. apply Z.ltb_lt in Hu. apply Z.leb_le in Huv.
    destruct (IH v Hrest) as [Hv [_ Hall]]. split; [assumption|]. split; [assumption|].
    assert (kink u <= kink v).
    {{ apply IZR_le in Huv. rewrite !mult_IZR in Huv. apply IZR_lt in Hu. apply IZR_lt in Hv. unfold kink.
      apply Rmult_le_reg_r with (IZR (factor u) * IZR (factor v)); [apply Rmult_lt_0_compat; assumption|].
      replace (- IZR (offset u) / IZR (factor u) * (IZR (factor u) * IZR (factor v)))
        with (- (IZR (offset u) * IZR (factor v))) by (field; lra).
      replace (- IZR (offset v) / IZR (factor v) * (IZR (factor u) * IZR (factor v)))
        with (- (IZR (offset v) * IZR (factor u))) by (field; lra).
      lra. }}
    intros w [<-|Hw]; [assumption|]. specialize (Hall w Hw). lra.
Qed.

Definition before (k : nat) (us : list (Z * Z * Z)) (x : R) : Prop := forall u, nth_error us k = Some u -> x <= kink u.
Definition after (k : nat) (us : list (Z * Z * Z)) (x : R) : Prop :=
  match k with O => True | S j => forall u, nth_error us j = Some u -> kink u <= x end.

Lemma all_left us x c : sorted us = true -> before 0 us x ->
  fold_right (fun u sum => unit u x + sum) c us = c + value (leftmost us) x.
Proof.
  revert c. induction us as [|u rest IH]; intros c Hs Hx.
  - simpl. unfold value. simpl. unfold Rdiv. ring.
  - destruct (sorted_head u rest Hs) as [Hu [Hrest Hall]]. assert (x <= kink u) by (apply Hx; reflexivity).
    simpl. rewrite (proj1 (unit_sides u x Hu)) by assumption. rewrite value_add, IH; [ring|assumption|].
    intros v Hv. apply nth_error_In in Hv. specialize (Hall v Hv). lra.
Qed.

Lemma line_between us x c : sorted us = true -> forall k p q, nth_error (lines p us) k = Some q ->
  before k us x -> after k us x ->
  fold_right (fun u sum => unit u x + sum) c us + value p x = c + value (leftmost us) x + value q x.
Proof.
  induction us as [|u rest IH]; intros Hs k p q Hq Hb Ha.
  - destruct k as [|k]; simpl in Hq; [|destruct k; discriminate]. injection Hq as <-. simpl.
    unfold value at 2. simpl. unfold Rdiv. ring.
  - destruct (sorted_head u rest Hs) as [Hu [Hrest Hall]]. destruct k as [|k].
    + simpl in Hq. injection Hq as <-. rewrite all_left by assumption. ring.
    + assert (kink u <= x).
      {{ destruct k as [|j]; [apply Ha; reflexivity|]. simpl in Ha.
        destruct (nth_error rest j) as [v|] eqn:E.
        - specialize (Ha v eq_refl). apply nth_error_In in E. specialize (Hall v E). lra.
        - apply nth_error_None in E. assert (nth_error (lines (add p (gain u)) rest) (S j) = None).
          {{ apply nth_error_None. clear -E. revert j E. generalize (add p (gain u)).
            induction rest as [|w rest IH]; intros q j E; simpl in *; [lia|].
            destruct j as [|j]; [lia|]. specialize (IH (add q (gain w)) j). lia. }}
          simpl in Hq. simpl in H. congruence. }}
      simpl in Hq. specialize (IH Hrest k (add p (gain u)) q Hq).
      simpl fold_right. simpl leftmost. rewrite (proj2 (unit_sides u x Hu)) by assumption.
      rewrite value_add in IH. rewrite value_add.
      enough (fold_right (fun u sum => unit u x + sum) c rest + (value p x + value (gain u) x)
        = c + value (leftmost rest) x + value q x) by lra.
      apply IH; [exact Hb|]. destruct k; [exact I|exact Ha].
Qed.

Lemma factor_positive us : sorted us = true -> forall u, In u us -> (0 < factor u)%Z.
Proof.
  induction us as [|v rest IH]; intros H u; [intros []|].
  destruct (sorted_head v rest H) as [Hv [Hrest _]]. intros [<-|Hu]; [assumption|apply IH; assumption].
Qed.

Lemma units_are_sorted : sorted units = true.
Proof. vm_compute. reflexivity. Qed.

Lemma all_lines_hold : lines (leftmost units) units = all_lines.
Proof. vm_compute. reflexivity. Qed.

(* The kink before [ln/ld, rn/rd] and the kink after it have the numbers k - 1 and k, and the line there is (s, t). *)
Definition is_piece (k : nat) (ln ld rn rd s t : Z) : bool :=
  ((0 <? ld)%Z && (0 <? rd)%Z
   && match k with
      | O => true
      | S j => match nth_error units j with Some u => (0 <=? factor u * ln + offset u * ld)%Z | None => true end
      end
   && match nth_error units k with Some u => (factor u * rn + offset u * rd <=? 0)%Z | None => true end
   && match nth_error all_lines k with Some p => (fst p =? s)%Z && (snd p =? t)%Z | None => false end)%bool.

Lemma kink_at u n d : (0 < factor u)%Z -> (0 < d)%Z ->
  ((0 <= factor u * n + offset u * d)%Z -> kink u <= IZR n / IZR d) /\\
  ((factor u * n + offset u * d <= 0)%Z -> IZR n / IZR d <= kink u).
Proof.
  intros Hu Hd. apply IZR_lt in Hu. apply IZR_lt in Hd. unfold kink.
  assert (0 < IZR (factor u) * IZR d) by (apply Rmult_lt_0_compat; assumption).
  split; intros H1; apply IZR_le in H1; rewrite plus_IZR, !mult_IZR in H1;
    (apply Rmult_le_reg_r with (IZR (factor u) * IZR d); [assumption|]);
    replace (- IZR (offset u) / IZR (factor u) * (IZR (factor u) * IZR d))
      with (- (IZR (offset u) * IZR d)) by (field; lra);
    replace (IZR n / IZR d * (IZR (factor u) * IZR d)) with (IZR (factor u) * IZR n) by (field; lra); lra.
Qed.

Lemma on_piece k ln ld rn rd s t x : is_piece k ln ld rn rd s t = true ->
  IZR ln / IZR ld <= x <= IZR rn / IZR rd -> network x = output_bias + (IZR s * x + IZR t) / scale.
Proof.
  intros E [Hl Hr]. unfold is_piece in E. apply andb_prop in E as [E Eline]. apply andb_prop in E as [E Eafter].
  apply andb_prop in E as [E Ebefore]. apply andb_prop in E as [Eld Erd]. apply Z.ltb_lt in Eld, Erd.
  destruct (nth_error all_lines k) as [p|] eqn:Ep; [|discriminate].
  apply andb_prop in Eline as [Es Et]. apply Z.eqb_eq in Es, Et. rewrite <- all_lines_hold in Ep.
  assert (Hb : before k units x).
  {{ intros u Hu. rewrite Hu in Eafter. apply Z.leb_le in Eafter. apply nth_error_In in Hu.
    apply (factor_positive _ units_are_sorted) in Hu. apply (proj2 (kink_at u rn rd Hu Erd)) in Eafter. lra. }}
  assert (Ha : after k units x).
  {{ destruct k as [|j]; [exact I|]. intros u Hu. rewrite Hu in Ebefore. apply Z.leb_le in Ebefore.
    apply nth_error_In in Hu.
    apply (factor_positive _ units_are_sorted) in Hu. apply (proj1 (kink_at u ln ld Hu Eld)) in Ebefore. lra. }}
  pose proof (line_between units x output_bias units_are_sorted k (leftmost units) p Ep Hb Ha) as H.
  unfold network. destruct p as [s1 t1]. simpl in Es, Et. subst s1 t1.
  change (value (s, t) x) with ((IZR s * x + IZR t) / scale) in H. lra.
Qed.

(* Taylor models do not hold where f has a vertical tangent, so both ends of such a piece are bounded without them. *)
Ltac quick x := interval with (i_bisect x, i_taylor x, i_prec {quick_bits}, i_degree 2, i_depth 12).
Ltac taylor x := interval with (i_bisect x, i_taylor x, i_prec {bits}, i_degree 5, i_depth 20).
Ltac plain x := interval with (i_bisect x, i_prec {bits}, i_depth 20).
Ltac bound_piece k ln ld rn rd s t d e x H :=
  rewrite (on_piece k ln ld rn rd s t x);
  [ unfold f, output_bias, scale; clear - H;
    first [ quick x
      | taylor x
      | let G := fresh in
        destruct (Rle_or_lt x d) as [G | G];
        [ plain x
        | apply Rlt_le in G; let G1 := fresh in
          destruct (Rle_or_lt x e) as [G1 | G1]; [taylor x | apply Rlt_le in G1; plain x] ]
      | plain x ]
  | vm_compute; reflexivity | exact H ].

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
    """The parts of one file.

    units: (V, W, B), sorted by their kinks. kinks: exact. bias: the output bias, and the units with weight 0.
    """

    def __init__(self, certificate: Certificate, network: ShallowNetwork, target: Expression) -> None:
        self.certificate, self.target = certificate, target
        self.f = written(target.root)
        w, b, v = (
            [Fraction(float(one)) for one in numbers]
            for numbers in (network.hidden_weights[:, 0], network.hidden_biases, network.output_weights)
        )
        self.zexp, self.vexp = _exponent([*w, *b]), _exponent(v)
        rows = [
            (int(one * 2**self.vexp), int(slope * 2**self.zexp), int(bias * 2**self.zexp))
            for slope, bias, one in zip(w, b, v)
        ]
        self.units = sorted((row for row in rows if row[1]), key=_kink)
        self.kinks = [_kink(row) for row in self.units]
        constant = sum(v * max(b, 0) for v, w, b in rows if not w)
        self.bias = Fraction(float(network.output_bias)) + Fraction(constant, 2 ** (self.vexp + self.zexp))
        low, high = map(Fraction, certificate.interval)
        self.ends = [low, *sorted({kink for kink in self.kinks if low < kink < high}), high]

    def text(self) -> str:
        """Return the file."""
        bits_of_epsilon = math.frexp(self.certificate.epsilon)[1]
        head = _HEAD.format(
            claim=self.certificate.claim(),
            formula=self.target.text,
            bits=max(_LEAST_BITS, _SPARE_BITS - bits_of_epsilon),
            quick_bits=_QUICK_BITS - bits_of_epsilon,
            vexp=self.vexp,
            zexp=self.zexp,
            vscale=2**self.vexp,
            zscale=2**self.zexp,
            scale=2 ** (self.vexp + self.zexp),
            units=";\n".join(f"  ({v}, {w}, {b})" for v, w, b in self.units),
            bias=number(self.bias),
            f=self.f,
        )
        epsilon = number(self.certificate.epsilon)
        lemmas = [self._lemma(k, epsilon) for k in range(len(self.ends) - 1)]
        return head + "\n".join([*lemmas, self._theorem(epsilon)])

    def _piece(self, left: Fraction, right: Fraction) -> tuple[int, ...]:
        """Return how many kinks are left of a piece, its ends as quotients, its slope and its level times the scale."""
        place = bisect_right(self.kinks, left)
        on = [(v, w, b) for k, (v, w, b) in enumerate(self.units) if (w > 0) == (k < place)]
        slope, level = sum(v * w for v, w, _ in on), sum(v * b for v, _, b in on)
        return place, left.numerator, left.denominator, right.numerator, right.denominator, slope, level

    def _lemma(self, k: int, epsilon: str) -> str:
        """Return the lemma of one linear piece."""
        left, right = self.ends[k], self.ends[k + 1]
        inner = [left + (right - left) * share for share in (_END_SHARE, 1 - _END_SHARE)]
        place, *numbers = self._piece(left, right)
        arguments = " ".join([*[f"({n})%Z" for n in numbers], *[f"({_rational(one)})" for one in inner]])
        return (
            f"Lemma piece{k} x : {_rational(left)} <= x <= {_rational(right)} -> "
            f"Rabs (f x - network x) <= {epsilon}.\n"
            f"Proof. intros H. bound_piece {place}%nat {arguments} x H. Qed.\n"
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


def _kink(unit: tuple[int, int, int]) -> Fraction:
    """Return where the pre-activation of a unit (V, W, B) is 0."""
    return Fraction(-unit[2], unit[1])


def _exponent(numbers: list[Fraction]) -> int:
    """Return the smallest k ≥ 0 for which 2ᵏ times each number is whole."""
    return max((number.denominator.bit_length() - 1 for number in numbers), default=0)


def _rational(number: Fraction) -> str:
    """Return a rational as the quotient of two integers, as the lemmas have it."""
    return f"IZR ({number.numerator}) / IZR {number.denominator}"
