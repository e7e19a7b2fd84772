"""The first visit to a server that has just begun: the fixture `server` makes it."""

import pytest

from nnviz.lessons.pages import PAGES
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser


def test_the_first_deep_link_of_a_fresh_server_has_the_menu(server: Server) -> None:
    lessons = {entry.title for name, entry in PAGES.items() if name != "home"}
    assert lessons <= set(server.first_menu)
