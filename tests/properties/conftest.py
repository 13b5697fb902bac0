"""Why: the authority of this room is made once a session; every test looks at the same one."""

from __future__ import annotations

import pytest

from properties.authority import Authority, make_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority whose records have the usual dirt."""
    return make_authority(tmp_path_factory.mktemp("authority") / "records", dirt=1.0)
