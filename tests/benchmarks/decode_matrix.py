"""How often a poster is read: papers by distance, then blur, turn and dirt at the promised distance.

Run with ``python -m tests.benchmarks.decode_matrix``. The pages are drawn as they are printed and
looked at by the camera of ``tests/qr/camera.py``; each figure is a share of seeded looks at different
posters, so that a second run prints the same.
"""

import json
from collections.abc import Iterator
from typing import Any

from qr.poster_paper import Paper
from qr.scan_distance import BRIGHT_PX_PER_MODULE, DIM_PX_PER_MODULE
from qr.symbol import draw_symbol
from tests.qr.camera import View, is_read, px_at
from tests.qr.papers import faces

PAPERS = (Paper.A4, Paper.A5, Paper.TENT, Paper.CARD)
DISTANCES_M = (0.2, 0.4, 0.6, 0.8, 1.0, 1.4, 2.0)
BLURS = (0.0, 0.25, 0.35, 0.45)
ANGLES = (0, 5, 12, 30, 45, 90)
STAINS = (0.0, 0.01, 0.02, 0.04)
POSTERS = 4
LOOKS = 3


def share_read(paper: Paper, view: View) -> float:
    """Return the share of looks at several posters that read exactly the payload."""
    seen = [
        is_read(face, paper, view, seed=seed) for face in faces(POSTERS) for seed in range(LOOKS)
    ]
    return sum(seen) / len(seen)


def run() -> Iterator[dict[str, Any]]:
    """Yield the rows of the matrix."""
    modules = draw_symbol(faces(1)[0].payload).modules
    for paper in PAPERS:
        row = {
            f"{distance_m:g} m": share_read(paper, View(px_at(paper, distance_m, modules)))
            for distance_m in DISTANCES_M
        }
        yield {"paper": paper.value, "read from": row}
    for px, place in ((BRIGHT_PX_PER_MODULE, "daylight"), (DIM_PX_PER_MODULE, "under a roof")):
        for stained in STAINS:
            for blur in BLURS:
                row = {
                    f"{angle} deg": share_read(Paper.A5, View(px, blur, angle, stained))
                    for angle in ANGLES
                }
                yield {"at": place, "stained": stained, "blur, modules": blur, "turned": row}


if __name__ == "__main__":
    for each in run():
        print(json.dumps(each))
