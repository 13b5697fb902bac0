"""Why: the chapters of this room share `reader_who_reckons.py` and `editions.py`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
