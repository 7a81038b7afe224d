"""An S3 for tests: moto's server in a process of its own, which keeps everything in memory."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import boto3
import pytest

from standalone import ports

KEYS = {"aws_access_key_id": "tests", "aws_secret_access_key": "none"}


@dataclass(frozen=True)
class TestBucket:
    """A bucket of its own; `client` looks into it past everything of ours."""

    __test__ = False

    name: str
    port: int
    client: Any

    def environment(self, port: int | None = None) -> dict[str, str]:
        """The settings of a spool there, in a folder of the bucket; by another `port` than the server's own."""
        return {
            "RINGBACK_SPOOL": f"s3://{self.name}/some/where",
            "RINGBACK_S3_ENDPOINT": f"http://127.0.0.1:{port or self.port}",
            "RINGBACK_S3_PUBLIC_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "RINGBACK_S3_ACCESS_KEY_ID": KEYS["aws_access_key_id"],
            "RINGBACK_S3_SECRET_ACCESS_KEY": KEYS["aws_secret_access_key"],
        }

    def keys(self) -> list[str]:
        return [each["Key"] for each in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])]

    def unfinished(self) -> list[str]:
        """Keys of multipart uploads that were begun."""
        found = self.client.list_multipart_uploads(Bucket=self.name).get("Uploads", [])
        return [each["Key"] for each in found]

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=content)

    def remove(self, key: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=key)


@pytest.fixture(scope="session")
def object_store() -> Iterator[int]:
    """Its port."""
    port = ports.free(set())
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_it_answers(server, port)
        yield port
    finally:
        server.kill()
        server.wait()


_numbers = count(1)


@pytest.fixture
def bucket(object_store: int) -> TestBucket:
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{object_store}", region_name="us-east-1", **KEYS)
    name = f"spool-{next(_numbers)}"
    client.create_bucket(Bucket=name)
    return TestBucket(name, object_store, client)


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert server.poll() is None and time.monotonic() < deadline, "moto's server does not start"
            time.sleep(0.05)
        else:
            return
