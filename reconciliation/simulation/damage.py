"""What happens to a good file on its way: it breaks off, or it comes twice."""

from dataclasses import replace
from datetime import timedelta

from reconciliation.simulation.deliveries import SimFile
from reconciliation.simulation.faults import FILE_FAULTS, Fault, FaultRates
from reconciliation.simulation.seeds import stream


def damage_file(whole: SimFile, *, table_from: str, seed: int, faults: FaultRates) -> list[SimFile]:
    """Return what is uploaded: the file, now and then after a broken copy or before a second one.

    Args:
        whole: the sound file, closed by its totals row.
        table_from: the first word of its header; a broken copy ends after the header.
    """
    draw = stream(seed, "file", whole.provider, whole.name)
    fault = faults.pick(draw.random(), FILE_FAULTS)
    if fault is Fault.FILE_TRUNCATED:
        broken = replace(
            whole,
            content=_cut(whole.content, table_from, draw.random()),
            received_at=whole.received_at - timedelta(minutes=20),
            faults=(fault,),
        )
        return [broken, whole]
    if fault is Fault.FILE_DUPLICATED:
        again = replace(whole, received_at=whole.received_at + timedelta(hours=3), faults=(fault,))
        return [whole, again]
    return [whole]


def _cut(content: bytes, table_from: str, share: float) -> bytes:
    """Return the file up to a byte between its header and its totals row."""
    header = content.index(table_from.encode())
    start = content.index(b"\n", header) + 1
    totals = content.rstrip().rindex(b"\n") + 1
    return content[: start + int((totals - start) * share)]
