"""Hold the words that charts of several lessons show."""

OUTDATED = "Outdated. Release the slider."
FIT_AXIS = "f(x), N(x)"
ERROR_AXIS = "f(x) − N(x)"
TIP_TARGET, TIP_NETWORK = "f(x)", "N(x)"
FIT_TABLE = ("x", TIP_TARGET, TIP_NETWORK, ERROR_AXIS, "(f(x) − N(x))²")
ERROR_NOW = "largest error at {points} points now = {error}"  # the chart fills in the numbers
LARGEST_ERROR = "largest error"
TUBE_NAME, NETWORK_NAME = "tube f ± ε", "network N"
WITHIN_TUBE = "error within ±ε at {share} of the {points} points drawn"  # the chart fills in the numbers
CURVE = "curve"
FIT = "The target function is a dashed line inside its tube, and the network is a thick curve."
