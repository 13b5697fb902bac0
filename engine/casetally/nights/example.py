"""Why: nobody should write a configuration from an empty page, and a page about it should never lag behind what it may say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from casetally.nights.config import Backup, Encryption, NightlyConfig, ReportWanted, Retention, Thresholds

_SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("reports", ReportWanted),
    ("accept", Thresholds),
    ("retention", Retention),
    ("encryption", Encryption),
    ("backup", Backup),
)
_SHOWN: dict[tuple[str, str], str] = {
    ("", "sources"): '["export"]',
    ("", "authority"): '"Ourplace"',
    ("", "definitions"): '"definitions"',
    ("reports", "name"): '"core"',
    ("reports", "commentary"): '"words"',
    ("accept", "may_be_empty"): '["supplied_figures"]',
    ("encryption", "key_file"): '"nightly.key"',
    ("encryption", "recipient"): '"age1..."',
    ("backup", "to"): '"backups"',
}
_MORE = (
    '# A database: "postgresql://reader:${SSD_PASSWORD}@server/ssd", the password in the environment and never in here.'
)
_OPEN = {("", "sources"), ("reports", "name")}  # what stands there without a # in front


def example_toml() -> str:
    """A configuration that works once its sources do: every key with what it means; those left out have a # in front."""
    lines = ["# A night of casetally: casetally nightly THIS_FILE. Paths are relative to this file.", ""]
    own = [name for name in NightlyConfig.model_fields if name not in dict(_SECTIONS)]
    for name in own:
        lines += _lines("", name, NightlyConfig.model_fields[name])
        lines += [_MORE] if name == "sources" else []
    for title, model in _SECTIONS:
        about = NightlyConfig.model_fields[title].description
        left_out = title == "backup"
        heads = f"[[{title}]]" if title == "reports" else f"[{title}]"
        lines += [
            "",
            f"# {about}" + (" Without this section: not at all." if left_out else ""),
            ("# " if left_out else "") + heads,
        ]
        for name, field in model.model_fields.items():
            lines += _lines(title, name, field)
    return "\n".join(lines) + "\n"


def config_table() -> str:
    """Every key of a configuration as a table for docs: key, what it says, what holds where it is left out."""
    rows = ["| key | what it says | if left out |", "| --- | --- | --- |"]
    rows += [_row("", name, field) for name, field in NightlyConfig.model_fields.items() if name not in dict(_SECTIONS)]
    for title, model in _SECTIONS:
        rows += [_row(f"{title}.", name, field) for name, field in model.model_fields.items()]
    return "\n".join(rows) + "\n"


def _row(before: str, name: str, field: FieldInfo) -> str:
    needed = field.is_required()
    value = "must be there" if needed else f"`{_written(field.default)}`" if field.default is not None else "nothing"
    return f"| `{before}{name}` | {field.description} | {value} |"


def _lines(title: str, name: str, field: FieldInfo) -> Iterator[str]:
    yield f"# {field.description}"
    shown = _SHOWN.get((title, name)) or _written(field.default)
    yield f"{name} = {shown}" if (title, name) in _OPEN else f"# {name} = {shown}"


def _written(value: Any) -> str:
    if value is PydanticUndefined or value is None:
        return '""'
    if isinstance(value, (str, Path)):
        return f'"{value}"'
    return "[]" if value == () else str(value)
