"""The recipe for nginx with two real processes of the app and a common store, all on 127.0.0.1."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPMessage
from pathlib import Path
from typing import NamedTuple

import pytest

from nnviz.store import open_store
from nnviz.web.short_links import PageState, save
from tests.apps import ROOT

RECIPES = ROOT / "deploy" / "nginx"
SECONDS = 60.0


class Answer(NamedTuple):
    status: int
    process: str  # the address of the process of the app that answered
    headers: HTTPMessage


class Site:
    """nginx before two processes of the app."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, *self.ports = free_ports(3)
        self.store = f"sqlite:///{folder / 'store.sqlite'}"
        self.processes = {port: self.start_app(port) for port in self.ports}
        self.proxy = self.start_proxy()

    def start_app(self, port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "nnviz", "--address", "127.0.0.1", "--port", str(port)]
        environment = os.environ | {"NNVIZ_STORE": self.store, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def start_proxy(self) -> subprocess.Popen[bytes]:
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        if not Path(program).exists():
            pytest.fail("there is no nginx (NNVIZ_NGINX=skip leaves this test out)")
        upstream = (RECIPES / "upstream.conf").read_text()
        for name, port in zip(("app1:8501", "app2:8501"), self.ports):
            upstream = upstream.replace(name, f"127.0.0.1:{port}")
        (self.folder / "upstream.conf").write_text(upstream)
        site = (RECIPES / "nnviz.conf").read_text()
        site = site.replace("listen 80;", f"listen 127.0.0.1:{self.port};")
        site = site.replace("/etc/nginx/upstream.conf", str(self.folder / "upstream.conf"))
        site = site.replace(
            "proxy_buffering off;", "proxy_buffering off; add_header X-Process $upstream_addr always;"
        )
        (self.folder / "site.conf").write_text(site)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = " ".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in kinds)
        (self.folder / "nginx.conf").write_text(
            f"daemon off; pid {self.folder}/pid; error_log {self.folder}/errors; events {{}}\n"
            f"http {{ access_log off; {places} include {self.folder}/site.conf; }}\n"
        )
        return subprocess.Popen([program, "-c", str(self.folder / "nginx.conf")])

    def ask(self, path: str = "/", visitor: str = "", body: bytes | None = None) -> Answer:
        headers = {"Cookie": f"nnviz_visitor={visitor}"} if visitor else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            answer = OPENER.open(request, timeout=SECONDS)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Answer(answer.status, str(answer.headers["X-Process"]).split(", ")[-1], answer.headers)

    def upgraded(self, visitor: str) -> bytes:
        """Return the first line of the answer to a request for the socket of a page."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as connection:
            connection.sendall(
                f"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: nnviz_visitor={visitor}\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: streamlit\r\n\r\n".encode()
            )
            return connection.recv(100).split(b"\r\n")[0]

    def stop(self) -> None:
        for process in (self.proxy, *self.processes.values()):
            process.kill()
            process.wait()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow no redirection."""


OPENER = urllib.request.build_opener(_Stay)


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if os.environ.get("NNVIZ_NGINX") == "skip":
        pytest.skip("NNVIZ_NGINX=skip")
    found = Site(tmp_path_factory.mktemp("site"))
    try:
        for port in found.ports:
            wait_for(partial(is_ready, port))
        yield found
    finally:
        found.stop()


def is_ready(port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer,
    ):
        return bool(answer.status == 200)
    return False


def wait_for(question: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not question():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.long
def test_visitors_stay_with_a_process_and_lose_nothing_when_it_ends(site: Site) -> None:
    cookies = [site.ask().headers["Set-Cookie"] for _ in range(12)]
    visitors = [cookie.split(";")[0].partition("=")[2] for cookie in cookies]
    assert len(set(visitors)) == 12
    first = {visitor: site.ask(visitor=visitor).process for visitor in visitors}
    assert {address.split(":")[1] for address in first.values()} == set(map(str, site.ports))
    again = [
        (visitor, site.ask("/_stcore/health", visitor).process) for visitor in visitors * 3 + visitors[:1]
    ]
    again += [(visitor, site.ask("/_stcore/health", visitor).process) for visitor in visitors]
    assert all(first[visitor] == process for visitor, process in again)
    assert site.upgraded(visitors[0]).startswith(b"HTTP/1.1 101")
    assert site.ask("/_stcore/upload_file/a/b", visitors[0], bytes(3_000_000)).status != 413

    with pytest.raises(urllib.error.HTTPError) as refused:
        OPENER.open(
            f"http://127.0.0.1:{site.port}/linear_regression?lr_points={'1' * 1_000_000}", timeout=SECONDS
        )
    assert refused.value.code == 414
    assert b"Ask for a short link" in refused.value.read()

    code = save(open_store(site.store), PageState("linear_regression", "lr_seed=5"), "a test")
    links = {site.ask(f"/s/{code}", visitor) for visitor in visitors}
    assert {(link.status, link.headers["Location"]) for link in links} == {
        (302, "../linear_regression?lr_seed=5")
    }
    assert len({link.process for link in links}) == 2

    gone = site.ports[0]
    theirs = [visitor for visitor, process in first.items() if process.endswith(f":{gone}")]
    site.processes[gone].kill()
    site.processes[gone].wait()
    moved = [site.ask(visitor=visitor) for visitor in theirs]
    assert {(answer.status, answer.process) for answer in moved} == {(200, f"127.0.0.1:{site.ports[1]}")}
    assert site.upgraded(theirs[0]).startswith(b"HTTP/1.1 101")
    site.processes[gone] = site.start_app(gone)
    wait_for(lambda: site.ask(visitor=theirs[0]).process == first[theirs[0]])
