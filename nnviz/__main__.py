"""Run ``python -m nnviz``: the same as the command ``nnviz``."""

import sys

from nnviz.command_line import main

sys.exit(main())
