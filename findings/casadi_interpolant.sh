#!/usr/bin/env bash
# casadi 3.8.2: outside of its grid, a linear interpolant goes on, and one of B-splines is 0 without a word.
#
# Expected: both kinds of interpolant(…) extrapolate alike, or refuse, or give NaN.
# Seen: on the grid 0, 1, 2 with the values 0, 1, 0, "linear" gives −1 at −1 and at 3: it goes on with the last slope. "bspline" on the grid
# 0 … 4 gives exactly 0 at −1 and at 5, where its values end with 1 and 2.
# It matters where a table stands for a function and the input may leave the table: a model that was made smooth by changing
# the one word "linear" to "bspline" jumps to 0 at the edge, with derivative 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet casadi==3.8.2
venv/bin/python - <<'PY'
import casadi

line = casadi.interpolant("line", "linear", [[0.0, 1, 2]], [0.0, 1, 0])
spline = casadi.interpolant("spline", "bspline", [[0.0, 1, 2, 3, 4]], [0.0, 1, 0, 1, 2])
outside = [float(line(at)) for at in (-1, 3)], [float(spline(at)) for at in (-1, 5)]
inside = [float(spline(at)) for at in (0, 1, 4)]
print("outside: linear", outside[0], "bspline", outside[1], "; bspline at knots:", inside)
assert outside[0] == [-1.0, -1.0]
assert outside[1] == [0.0, 0.0], "it extrapolates now"
assert max(abs(a - b) for a, b in zip(inside, (0, 1, 2), strict=True)) < 1e-9
PY
