"""Why: chance that gives the same bytes for the same seed, on any machine and in any later version of numpy.

Only `random()` is asked of the generator, whose stream numpy promises to keep; every other distribution is made from
those numbers here, since numpy may change its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Draw:
    """One named stream of chance. Every method takes how many are wanted and returns an array of that length."""

    def __init__(self, seed: int, name: str) -> None:
        source = np.random.SeedSequence([seed, zlib.crc32(name.encode())])
        self._generator = np.random.Generator(np.random.PCG64(source))

    def share(self, count: int) -> Floats:
        """Numbers from 0 up to but not including 1."""
        return self._generator.random(count)

    def chance(self, count: int, probability: float | Floats) -> Mask:
        return self.share(count) < probability

    def between(self, count: int, low: float, high: float) -> Floats:
        return low + self.share(count) * (high - low)

    def whole(self, count: int, low: int, high: int) -> Numbers:
        """Whole numbers from `low` to `high`, both included."""
        steps: Numbers = (self.share(count) * (high - low + 1)).astype(np.int64)
        return low + steps

    def wait(self, count: int, mean: float) -> Numbers:
        """Whole days waited for something that may happen on any day alike, `mean` days on average."""
        days: Numbers = (-np.log1p(-self.share(count)) * mean).astype(np.int64)
        return days

    def pick(self, count: int, weights: Sequence[float] | Mapping[str, float]) -> Numbers:
        """Positions in `weights`, each as likely as its weight says."""
        values = list(weights.values()) if isinstance(weights, Mapping) else list(weights)
        steps = np.cumsum(np.asarray(values, dtype=np.float64))
        found: Numbers = np.searchsorted(steps, self.share(count) * steps[-1], side="right").astype(np.int64)
        return found

    def along(self, count: int, shares: Sequence[float], values: Sequence[float]) -> Floats:
        """Values of a distribution told by some of its quantiles: at `shares[i]` it stands at `values[i]`."""
        return np.interp(self.share(count), shares, values)

    def some(self, of: int, count: int) -> Numbers:
        """`count` different positions out of `of`, in ascending order (all of them where there are no more)."""
        if count >= of:
            return np.arange(of, dtype=np.int64)
        if count * 4 > of:
            return np.sort(np.argsort(self.share(of), kind="stable")[:count]).astype(np.int64)
        found = np.unique(self.whole(count + count // 2 + 8, 0, of - 1))
        while len(found) < count:
            found = np.unique(np.concatenate([found, self.whole(count, 0, of - 1)]))
        # thin evenly, so that taking the first ones does not favour low positions
        return found[np.linspace(0, len(found) - 1, count).astype(np.int64)] if count else found[:0]
