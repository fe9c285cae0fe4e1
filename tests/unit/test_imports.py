"""Importing of libraries without their optional dependencies."""

import subprocess
import sys

import pytest

from clausula.validation import expectations_library


@pytest.mark.expectations
@pytest.mark.skipif(not expectations_library.available(), reason="great-expectations is not installed")
def test_great_expectations_loads_next_to_pyspark_in_a_process_without_a_main_file() -> None:
    code = "from clausula.validation.expectations_library import open_context; open_context(); print('loaded')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip()) == (0, "loaded"), run.stderr
