"""Search the project for passages of the source texts, if the texts and the search tool are available."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT.parent / "shared" / "tools" / "leak_check.py"

if __name__ == "__main__":
    if not TOOL.is_file():
        print("leak check: skipped because the source texts are not available")
        sys.exit(0)
    sys.exit(subprocess.run([sys.executable, str(TOOL), str(ROOT)], check=False).returncode)
