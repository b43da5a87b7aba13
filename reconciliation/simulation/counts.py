"""How much a simulated world holds, for whoever has just made one."""

from collections import Counter
from typing import Any

from reconciliation.simulation.movements import Kind
from reconciliation.simulation.world import SimulatedWorld


def count_world(world: SimulatedWorld) -> dict[str, Any]:
    """Return counts of what was made and of the faults in it; sums in đồng of payments."""
    faults = Counter(fault.value for movement in world.movements for fault in movement.faults)
    faults.update(fault.value for sent in world.files for fault in sent.faults)
    kinds = Counter(movement.kind.value for movement in world.movements)
    return {
        "first": world.first.isoformat(),
        "last": world.last.isoformat(),
        "movements": dict(sorted(kinds.items())),
        "payments_vnd": sum(m.amount_vnd for m in world.movements if m.kind is Kind.PAYMENT),
        "webhooks": len(world.webhooks),
        "files": len(world.files),
        "stripe": {name: len(objects) for name, objects in world.stripe.objects.items()},
        "faults": dict(sorted(faults.items())),
    }
