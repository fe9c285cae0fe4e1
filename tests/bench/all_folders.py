"""Run one contestant on several folders in one process; print what it finds in each, or the error that it raises.

python -m tests.bench.all_folders NAME FORM FOLDER...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.contestants import CONTESTANTS

name, form, *folders = sys.argv[1:]
for folder in folders:
    try:
        found: int | str = CONTESTANTS[name].run(Path(folder), form)
    except Exception as error:  # a library may refuse a value in any way
        found = f"{type(error).__name__}: {error}"
    print(json.dumps(found))
