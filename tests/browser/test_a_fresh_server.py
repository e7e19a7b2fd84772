"""The first visit to a server that has just begun: this file comes first, and the server is not older than it."""

import pytest
from playwright.sync_api import expect

from benchmarks.browser import go

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_first_deep_link_of_a_fresh_server_has_the_menu(visit, address):
    one = visit()
    go(one.page, f"{address}/loss_functions")
    expect(one.page.get_by_role("link", name="Gradient descent")).to_be_visible()
    assert one.complaints == []
