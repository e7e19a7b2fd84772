"""Write programs that run by themselves and reproduce the numbers on the screen.

The tests run every program and compare its numbers with those of the page.
"""

from nnviz.export.network import network_code as network_code
from nnviz.export.notebook import notebook_text as notebook_text
