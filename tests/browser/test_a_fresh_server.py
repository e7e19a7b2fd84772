"""The first visit to a server that has just begun."""

import pytest
from playwright.sync_api import expect

from benchmarks.browser import ROOT, go, serve
from tests.browser.conftest import Begin

pytestmark = pytest.mark.browser


def test_the_first_deep_link_of_a_fresh_server_has_the_menu(visit: Begin) -> None:
    one = visit()
    with serve(ROOT / "app.py") as (address, _):
        go(one.page, f"{address}/loss_functions")
        expect(one.page.get_by_role("link", name="Gradient descent")).to_be_visible()
        assert one.complaints == []
        one.page.goto("about:blank")  # the tab would go on to ask for a server that has ended
