"""Why: a mistake in a definition is tried out in an authority's own folder, laid over what ships, as an analyst would."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from casetally.definitions import Library, load_library
from casetally.definitions.indicators import Indicator, load_indicators
from casetally.definitions.limits import load_limits
from casetally.definitions.record_sets import load_record_sets
from casetally.errors import DefinitionError

Files = dict[str, str]


def written(folder: Path, files: Files) -> Path:
    own = Path(tempfile.mkdtemp(dir=folder)) / "own"
    for name, text in files.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(text, encoding="utf-8")
    return own


@pytest.fixture
def laid_over(tmp_path: Path) -> Callable[[Files], Library]:
    """laid_over({'indicators/mine.yaml': '…'}): the library with a folder of these files laid over what ships."""
    return lambda files: load_library(written(tmp_path, files))


@pytest.fixture
def own_indicators(tmp_path: Path) -> Callable[[Files], Mapping[str, Indicator]]:
    """own_indicators(files): the indicators of a folder alone, over the record sets and limits that ship."""
    shipped = load_library()
    return lambda files: load_indicators((written(tmp_path, files),), shipped.record_sets, shipped.limits)


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[Files], str]:
    """refused(files): the message, as printed, with which a folder of these files is refused.

    What ships is taken as already loaded, so that a hundred mistakes are tried in seconds.
    """

    def load_alone(own: Path) -> None:
        shipped = load_library()
        load_limits((own,))
        load_record_sets((own,), shipped.schemas, shipped.limits)
        load_indicators((own,), shipped.record_sets, shipped.limits)

    def message(files: Files) -> str:
        with pytest.raises(DefinitionError) as wrong:
            load_alone(written(tmp_path, files))
        return wrong.value.render()

    return message
