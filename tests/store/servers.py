"""A real server of Redis or Valkey on a socket file, that a test may stop and start again."""

import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import redis


class Server:
    """A server that writes each command to its disk before it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "s"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if program is None:
            pytest.fail("there is no redis-server (NNVIZ_REDIS=skip leaves its tests out)")
        command = [program, "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
        command += ["--maxmemory-policy", "noeviction"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis.from_url(self.address)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(redis.exceptions.RedisError):
                client.ping()
                break
            time.sleep(0.01)
        client.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def skip_without_redis() -> None:
    if os.environ.get("NNVIZ_REDIS") == "skip":
        pytest.skip("NNVIZ_REDIS=skip")
