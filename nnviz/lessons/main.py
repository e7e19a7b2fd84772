"""Run the page of the address: the script that the server runs for every visitor."""

from nnviz.serving.startup import wait_until_prepared

wait_until_prepared()

from nnviz.lessons.pages import MENU  # noqa: E402 - whoever comes early waits for the imports of the server
from nnviz.web import navigate  # noqa: E402

navigate(MENU)
