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


def test_a_postponed_module_is_loaded_when_it_is_used_and_replaced_afterwards() -> None:
    code = """
import sys
from clausula.core.imports import postponed_modules
with postponed_modules("colorsys", "xml.dom", "no_such_module"):
    import colorsys
    from xml import dom
    print("rgb_to_hsv" in vars(colorsys))
print(colorsys.rgb_to_hsv(0, 0, 1), dom.Node.ELEMENT_NODE)
import colorsys
print("rgb_to_hsv" in vars(colorsys))
try:
    import no_such_module
except ModuleNotFoundError:
    print("missing")
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.split("\n")[:4] == ["False", "(0.6666666666666666, 1.0, 1) 1", "True", "missing"], run.stderr
