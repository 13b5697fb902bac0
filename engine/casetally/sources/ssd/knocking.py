"""Why: the driver tries a wrong password seven times in half a minute before it gives up, which can lock an account; so
PostgreSQL is asked once, beforehand, whether it lets the user in.

Only a plain no (wrong password, no such database) is taken for an answer; whatever else the server says is left to the driver.
Source: PostgreSQL's documentation of its messages (chapter "Frontend/Backend Protocol") and RFC 7677 for SCRAM-SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import socket
import ssl
import struct
from dataclasses import dataclass
from typing import Literal

Answer = Literal["wrong_password", "no_database", "unknown"]

_REFUSALS: dict[str, Answer] = {"28P01": "wrong_password", "3D000": "no_database"}
_VERSION = 196608  # 3.0
_ENCRYPT = 80877103
_MOST = 65536  # no message before a login is longer
_MOST_ROUNDS = 1_000_000  # of hashing; a server that wants more is none of ours


@dataclass(frozen=True)
class Login:
    """Where and as whom; `encrypted`: whether the line is to be, where the server offers it."""

    host: str
    port: int
    user: str
    database: str
    password: str
    encrypted: bool = True


def knock(login: Login, wait: float) -> Answer:
    """Whether the server lets the user in. `unknown` where it does, or says anything else than a plain no."""
    try:
        with socket.create_connection((login.host, login.port), timeout=wait) as bare, _line(bare, login) as line:
            words = ["user", login.user, "database", login.database, ""]
            body = struct.pack("!i", _VERSION) + b"".join(word.encode() + b"\0" for word in words)
            line.sendall(struct.pack("!i", len(body) + 4) + body)
            answer = _converse(line, login)
            line.sendall(b"X" + struct.pack("!i", 4))
            return answer
    except (OSError, ValueError, struct.error, IndexError):
        return "unknown"


def _line(bare: socket.socket, login: Login) -> socket.socket:
    """The same line, encrypted where the server offers it. As with the driver, only `sslmode=verify-full` checks who it is."""
    if not login.encrypted:
        return bare
    bare.sendall(struct.pack("!ii", 8, _ENCRYPT))
    if bare.recv(1) != b"S":
        return bare
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(bare, server_hostname=login.host)


def _converse(line: socket.socket, login: Login) -> Answer:
    scram = _Scram(login.password)
    for _ in range(200):
        kind, body = _message(line)
        if kind == b"E":
            return _REFUSALS.get(_state(body), "unknown")
        if kind == b"Z":
            return "unknown"
        if kind == b"R" and not _reply(line, body, scram):
            return "unknown"
    return "unknown"


def _reply(line: socket.socket, body: bytes, scram: _Scram) -> bool:
    """Answers one question of the login. False where the server wants anything but SCRAM: a weaker proof of the password is
    not given here.
    """
    asked = struct.unpack("!i", body[:4])[0]
    if asked == 10 and b"SCRAM-SHA-256\0" in body:
        first = scram.first()
        _send(line, b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first)
    elif asked == 11:
        _send(line, scram.proof(body[4:]))
    elif asked not in (0, 12):
        return False
    return True


def _send(line: socket.socket, body: bytes) -> None:
    line.sendall(b"p" + struct.pack("!i", len(body) + 4) + body)


def _message(line: socket.socket) -> tuple[bytes, bytes]:
    head = _exactly(line, 5)
    length = struct.unpack("!i", head[1:])[0] - 4
    if not 0 <= length <= _MOST:
        raise ValueError("no message of a login")
    return head[:1], _exactly(line, length)


def _exactly(line: socket.socket, number: int) -> bytes:
    read = b""
    while len(read) < number:
        piece = line.recv(number - len(read))
        if not piece:
            raise ValueError("the server hung up")
        read += piece
    return read


def _state(body: bytes) -> str:
    fields = {part[:1]: part[1:].decode("ascii", errors="replace") for part in body.split(b"\0") if part}
    return fields.get(b"C", "")


class _Scram:
    """The client's side of SCRAM-SHA-256 without channel binding."""

    def __init__(self, password: str) -> None:
        self._password = password.encode()
        self._bare = b"n=,r=" + base64.b64encode(os.urandom(18))

    def first(self) -> bytes:
        return b"n,," + self._bare

    def proof(self, server: bytes) -> bytes:
        told = dict(part.split(b"=", 1) for part in server.split(b",") if b"=" in part)
        salt, rounds = base64.b64decode(told.get(b"s", b"")), int(told.get(b"i", b"0"))
        if not 0 < rounds <= _MOST_ROUNDS:
            raise ValueError("no number of rounds")
        salted = hashlib.pbkdf2_hmac("sha256", self._password, salt, rounds)
        key = hmac.digest(salted, b"Client Key", "sha256")
        last = b"c=biws,r=" + told.get(b"r", b"")
        signed = hmac.digest(hashlib.sha256(key).digest(), b",".join((self._bare, server, last)), "sha256")
        return last + b",p=" + base64.b64encode(bytes(one ^ two for one, two in zip(key, signed, strict=True)))
