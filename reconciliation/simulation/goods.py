"""What is sold: groups of goods, where they stand in a market and what a purchase costs."""

from dataclasses import dataclass

from reconciliation.simulation.seeds import Draw


@dataclass(frozen=True, slots=True)
class GoodsGroup:
    """A group of goods; ``ticket_vnd`` is the middle purchase, ``spread`` that of its logarithm."""

    name: str
    zone: str
    ticket_vnd: int
    spread: float
    weight: float
    women_share: float


# Purchases by QR at rural markets run from a 3,000 đ bunch of herbs to a day's cinnamon bark;
# mobile-money purchases average about 29,300 đ. Source: domain.md section 3.4 (ticket anchors).
GOODS: tuple[GoodsGroup, ...] = (
    GoodsGroup("Rau củ", "Dãy A - Rau quả", 22_000, 0.55, 16, 0.95),
    GoodsGroup("Trái cây", "Dãy A - Rau quả", 45_000, 0.55, 8, 0.9),
    GoodsGroup("Thịt lợn, thịt trâu bò", "Dãy B - Thịt cá", 95_000, 0.55, 10, 0.6),
    GoodsGroup("Cá, thủy sản", "Dãy B - Thịt cá", 80_000, 0.55, 6, 0.7),
    GoodsGroup("Gia cầm, trứng", "Dãy B - Thịt cá", 75_000, 0.6, 5, 0.75),
    GoodsGroup("Ăn uống", "Dãy C - Ăn uống", 35_000, 0.4, 10, 0.85),
    GoodsGroup("Hàng khô, gia vị", "Dãy D - Tạp hóa", 45_000, 0.6, 9, 0.85),
    GoodsGroup("Gia dụng", "Dãy D - Tạp hóa", 80_000, 0.7, 8, 0.6),
    GoodsGroup("Quần áo, vải", "Dãy E - Vải và may mặc", 160_000, 0.6, 12, 0.85),
    GoodsGroup("Giày dép", "Dãy E - Vải và may mặc", 150_000, 0.5, 5, 0.7),
    GoodsGroup("Nông cụ, hạt giống", "Dãy G - Nông nghiệp", 110_000, 0.8, 5, 0.4),
    GoodsGroup("Quế, dược liệu", "Dãy G - Nông nghiệp", 260_000, 0.9, 4, 0.6),
    GoodsGroup("Điện thoại, phụ kiện", "Dãy H - Dịch vụ", 190_000, 0.9, 2, 0.3),
)
SMALLEST_VND = 3_000
LARGEST_VND = 8_000_000


def draw_amount(draw: Draw, goods: GoodsGroup) -> int:
    """Return one purchase in đồng: round thousands, as people pay, so that amounts tie heavily."""
    wanted = goods.ticket_vnd * draw.lognormvariate(0.0, goods.spread)
    step = draw.choices(*_steps(wanted))[0]
    amount = step * max(1, round(wanted / step))
    return min(max(amount, SMALLEST_VND), LARGEST_VND)


def _steps(wanted: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if wanted < 20_000:
        return (1_000, 5_000), (35, 65)
    if wanted < 100_000:
        return (1_000, 5_000, 10_000), (10, 60, 30)
    if wanted < 500_000:
        return (5_000, 10_000, 50_000), (20, 60, 20)
    return (10_000, 50_000, 100_000), (40, 40, 20)
