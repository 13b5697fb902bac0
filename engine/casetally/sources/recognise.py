"""Why: an authority gives a folder and should not have to say what is in it: file names and headers tell which reader
fits.

The readers stand in one visible tuple and are asked in its order; the first that recognises the folder reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from casetally.sources import plain
from casetally.sources.delivery import Delivery


class Reader(NamedTuple):
    """A kind of export: how to tell it, and how to read it."""

    name: str
    looks_like: Callable[[Path], bool]
    read: Callable[[Path], Delivery]


def _looks_like_ssda903(path: Path) -> bool:
    from casetally.sources import ssda903

    return ssda903.looks_like(path)


def _read_ssda903(path: Path) -> Delivery:
    from casetally.sources import ssda903

    return ssda903.read(path)


READERS: tuple[Reader, ...] = (
    Reader("ssda903", _looks_like_ssda903, _read_ssda903),
    Reader("plain", plain.looks_like, plain.read),
)


def read_source(path: Path) -> Delivery:
    """Read a folder with the first reader that recognises it.

    Raises InputError where the folder does not exist, is a file, holds nothing that can be read, or holds something
    broken.
    """
    plain.files_of(path)  # says what is wrong with the path before any reader looks inside
    for reader in READERS:
        if reader.looks_like(path):
            return reader.read(path)
    raise plain.nothing_recognised(path)
