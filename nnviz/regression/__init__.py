"""Fit models that are linear in their parameters: lines, planes, robust lines, polynomials, classification."""

from nnviz.regression.linear_model import loss_surface as loss_surface
from nnviz.regression.robust_line_fit import LineFit as LineFit
from nnviz.regression.robust_line_fit import MovedLines as MovedLines
from nnviz.regression.robust_line_fit import fit_line as fit_line
from nnviz.regression.robust_line_fit import moved_lines as moved_lines
