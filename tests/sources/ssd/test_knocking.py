"""Why: whatever listens behind a port, asking it once must end soon, give no password away and decide nothing it was not told."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from casetally.sources.ssd.knocking import Login, knock

WORD = "s3cr3t-w0rd"


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


@contextmanager
def listening(says: bytes) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """A port that says this to whoever comes, and what it heard."""
    heard: list[bytes] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)

        def serve() -> None:
            line, _ = server.accept()
            with line:
                heard.append(line.recv(8))  # asks for an encrypted line
                line.sendall(b"N")
                heard.append(line.recv(4096))
                line.sendall(says)
                line.settimeout(2)
                try:
                    while piece := line.recv(4096):
                        heard.append(piece)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        def all_heard() -> bytes:
            thread.join(5)
            return b"".join(heard)

        yield int(server.getsockname()[1]), all_heard


SCRAM = message(b"R", struct.pack("!i", 10) + b"SCRAM-SHA-256\0\0")


@pytest.mark.parametrize(
    ("says", "answer"),
    [
        (message(b"E", b"SFATAL\0C28P01\0Mpassword authentication failed\0\0"), "wrong_password"),
        (message(b"E", b"SFATAL\0C3D000\0Mno such database\0\0"), "no_database"),
        (message(b"E", b"SFATAL\0C28000\0Mno encryption\0\0"), "unknown"),
        (message(b"R", struct.pack("!i", 0)) + message(b"Z", b"I"), "unknown"),
        (message(b"R", struct.pack("!i", 3)), "unknown"),  # wants the password as it is: not on an open line
        (message(b"R", struct.pack("!i", 5) + b"salt"), "unknown"),
        (SCRAM + message(b"R", struct.pack("!i", 11) + b"r=x,s=AAAA,i=999999999"), "unknown"),
        (SCRAM + message(b"R", struct.pack("!i", 11) + b"nonsense"), "unknown"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "unknown"),
        (b"E\xff\xff\xff\xff", "unknown"),
        (b"E\x7f\xff\xff\xff", "unknown"),
        (b"", "unknown"),
    ],
)
def test_only_a_plain_no_is_an_answer_and_the_password_is_never_sent(says: bytes, answer: str) -> None:
    with listening(says) as (port, heard):
        assert knock(Login("127.0.0.1", port, "anna", "db", WORD), wait=1) == answer
        assert WORD.encode() not in heard()


def test_a_port_where_nobody_listens_is_no_answer() -> None:
    assert knock(Login("127.0.0.1", 1, "anna", "db", WORD), wait=1) == "unknown"
