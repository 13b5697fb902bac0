"""Definitions: what each indicator counts, read from YAML and SQL, checked whole before anything is calculated."""

from casetally.definitions.library import Library, load_library

__all__ = ["Library", "load_library"]
