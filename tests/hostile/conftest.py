"""Why: the two nights of the tests of nights serve here too."""

from __future__ import annotations

from nightly.conftest import _two_nights, two_nights

__all__ = ["_two_nights", "two_nights"]
