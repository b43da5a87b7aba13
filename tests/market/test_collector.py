"""What is left out of the collector's rounds is still taken down at the end."""

import subprocess
import sys

_PROGRAM = """
import gc
import qr.scan
from market.collector import leave_out_of_rounds
leave_out_of_rounds()
leave_out_of_rounds(generation=1)
print(gc.get_freeze_count() > 1000)
"""


def test_a_process_that_left_things_out_ends_without_a_warning() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )

    assert ended.stdout == "True\n"
    assert ended.stderr == ""
