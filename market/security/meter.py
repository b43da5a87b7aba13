"""How often one address may ask for what is open to everybody: a bucket that fills again with time.

It is kept in memory, by process: it is there to keep one eager machine from taking the place of
others, and is no secret's guard (``throttle`` is). What is asked for can be kept by caches anyway.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

ADDRESSES_KEPT = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


class Meter:
    """Buckets by address: so many asked at once, and so many more a second."""

    def __init__(self, *, at_once: int, per_second: float) -> None:
        self._at_once, self._per_second = at_once, per_second
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, address: str, now: datetime) -> float:
        """Take one from an address's bucket; return 0, or after how many seconds there is one."""
        with self._lock:
            bucket = self._buckets.pop(address, None) or _Bucket(self._at_once, now)
            passed = max((now - bucket.at).total_seconds(), 0.0)
            bucket.left = min(self._at_once, bucket.left + passed * self._per_second)
            bucket.at = now
            self._buckets[address] = bucket
            if len(self._buckets) > ADDRESSES_KEPT:
                self._buckets.popitem(last=False)
            if bucket.left < 1:
                return (1 - bucket.left) / self._per_second
            bucket.left -= 1
            return 0.0
