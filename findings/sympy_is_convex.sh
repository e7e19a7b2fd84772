#!/usr/bin/env bash
# sympy 1.14.0: is_convex calls each piecewise linear function convex, and is_monotonic takes x^3 for not monotonic and 1/x for monotonic.
#
# Expected: the documentation says that is_convex returns True if the function is convex and False otherwise, and is_monotonic likewise,
# with NotImplementedError for what they cannot decide.
# Seen: is_convex(f) is True for -|x| and for the unit step written as Piecewise, which are not convex. For ReLU as Piecewise it is True,
# and for its negative too. Only the second derivative of each piece is looked at, and it is 0. Written as Abs or Max, the same
# functions raise NotImplementedError. is_monotonic(x**3) is False, although is_increasing(x**3) is True: it asks whether the derivative
# has a zero. is_monotonic is True for 1/x and tan(x) on all reals. is_increasing(sin(x)) is False on [-1, 1], where sin increases.
# It matters for activation functions and losses: a proof that asks sympy for convexity accepts each of them, and x^3 is refused where a
# monotone activation is required.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sympy==1.14.0
"$folder/venv/bin/python" - <<'PY'
from sympy import Abs, Interval, Max, Piecewise, S, is_convex, is_increasing, is_monotonic, sin, symbols, tan

x = symbols("x", real=True)
PIECES = {
    "-|x|": Piecewise((x, x < 0), (-x, True)),
    "step": Piecewise((0, x < 0), (1, True)),
    "ReLU": Piecewise((0, x < 0), (x, True)),
    "-ReLU": Piecewise((0, x < 0), (-x, True)),
}
for name, f in PIECES.items():
    left, middle, right = (f.subs(x, at) for at in (-S(1) / 2, S(1) / 4, 1))
    chord = 2 * middle <= left + right  # 1/4 is the middle of -1/2 and 1
    print(f"{name:6} is_convex: {is_convex(f, x)}   below this chord: {chord}")
    assert is_convex(f, x) is True, f"{name} is not called convex now"
    assert chord == (name == "ReLU")
for f in (-Abs(x), -Max(0, x)):
    try:
        is_convex(f, x)
    except NotImplementedError:
        continue
    raise AssertionError(f"{f} is decided now")
print("is_monotonic of x^3, 1/x, tan:", *(is_monotonic(f, S.Reals) for f in (x**3, 1 / x, tan(x))))
assert is_monotonic(x**3, S.Reals) is False and is_increasing(x**3, S.Reals) is True
assert is_monotonic(1 / x, S.Reals) is True and (1 / x).subs(x, -1) < (1 / x).subs(x, 1) > (1 / x).subs(x, 2)
assert is_monotonic(tan(x), S.Reals) is True
assert is_increasing(sin(x), Interval(-1, 1)) is False and is_monotonic(sin(x), Interval(-1, 1)) is True
PY
