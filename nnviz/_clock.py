"""Tell the processor time that this thread has used, by which long computations keep their budgets.

A budget in processor time gives the same result on a busy machine as on an idle one; it only takes longer there.
"""

import time
from collections.abc import Callable
from typing import Final

processor_time: Final[Callable[[], float]] = getattr(time, "thread_time", time.process_time)
"""The processor time of this thread, or of the process where a platform knows no threads, in seconds from any start."""
