"""The worked notebook runs from its first cell to its last, and what it claims holds."""

import json
from pathlib import Path

import market

NOTEBOOK = Path(market.__file__).parent / "adoption" / "notebooks" / "adoption.ipynb"


def test_every_cell_of_the_notebook_runs() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    names: dict[str, object] = {}

    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)

    assert set(names) >= {"figures", "before", "triangle", "fan", "told"}


def test_the_notebook_keeps_no_output() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]

    assert not any(cell.get("outputs") for cell in cells)
