"""Why: a limit changes by law or by local decision, and a figure of two years ago must use the limit of its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casetally.definitions.models import LimitText, read_model
from casetally.definitions.own_files import files_in
from casetally.yaml_files import load_yaml


@dataclass(frozen=True)
class Limit:
    """A dated limit: `values` in order of the day from which each holds, with the source of each."""

    name: str
    title: str
    unit: str
    values: tuple[tuple[dt.date, int], ...]
    sources: tuple[str, ...]


def load_limits(folders: tuple[Path, ...]) -> Mapping[str, Limit]:
    """Every limit of `limits/*.yaml`; a later folder's limit of the same name takes the place of an earlier one."""
    limits: dict[str, Limit] = {}
    for folder in folders:
        for path in files_in(folder, "limits", "*.yaml"):
            document = load_yaml(path, f"{folder.name}/limits/{path.name}")
            for name, data in document.entries().items():
                limit = read_model(LimitText, data, document, (name,))
                since = [value.from_ for value in limit.values]
                if since != sorted(set(since)):
                    raise document.error(
                        (name, "values"), "The dates of a limit must rise, each once.", hint="Put the earliest first."
                    )
                values = tuple((value.from_, value.value) for value in limit.values)
                limits[name] = Limit(name, limit.title, limit.unit, values, tuple(v.source for v in limit.values))
    return limits
