"""Nobody's own figure leaves the house, not even by subtraction."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.definitions import CATALOGUE, TICKET_BAND_IDS, DisclosureClass
from market.adoption.disclosure import DisclosedArea, Hidden, disclose, is_few, show_all
from market.adoption.report import ALL_MARKETS, AreaFigures, adoption_figures
from tests.market.adoption.worlds import FIRST, World, open_every_day, worlds


def table(sizes: dict[str, tuple[int, int]]) -> list[AreaFigures]:
    """Return the figures of the markets of ``world_of``."""
    world = world_of(sizes)
    return adoption_figures(world.frames, world.window, world.reference_days)


def world_of(sizes: dict[str, tuple[int, int]]) -> World:
    """Return markets given as code: (vendors in the frame, vendors receiving 30,000 đồng each)."""
    world = World(markets=[])
    vendor_id = 0
    for market_id, (code, (in_frame, receiving)) in enumerate(sizes.items(), 1):
        world.markets.append((market_id, code, in_frame, in_frame))
        world.days.extend(open_every_day(market_id))
        for number in range(in_frame):
            vendor_id += 1
            world.vendors.append((vendor_id, market_id, True, True, True, True))
            world.trading.append((vendor_id, market_id, FIRST, None))
            if number < receiving:
                day = FIRST + timedelta(days=number % 20 + 2)
                world.receipts.append((vendor_id, market_id, day, 30_000))
                world.first_receipts.append((vendor_id, market_id, day))
    return world


def hidden(sizes: dict[str, tuple[int, int]], indicator_id: str) -> dict[str, str]:
    cells = {area.market_code: area[indicator_id] for area in disclose(table(sizes))}
    return {code: cell.hidden.value for code, cell in cells.items() if cell.hidden}


def table_with_a_large_receipt_in(code: str) -> list[DisclosedArea]:
    """Return the disclosed table of ``BIG`` with one receipt of two million in a market."""
    world = world_of(BIG)
    market_id = list(BIG).index(code) + 1
    vendor_id = next(vendor for vendor, market, *_ in world.receipts if market == market_id)
    world.receipts.append((vendor_id, market_id, FIRST, 2_000_000))
    return disclose(adoption_figures(world.frames, world.window, world.reference_days))


BIG = {"MA": (100, 60), "DC": (40, 30), "LG": (30, 25)}


def test_a_table_of_large_markets_is_shown_whole() -> None:
    for id_ in CATALOGUE:
        assert hidden(BIG, id_) == {}


def test_a_value_of_four_vendors_is_hidden_and_the_next_smallest_with_it() -> None:
    assert hidden(BIG | {"CQ": (25, 4)}, "U8") == {"CQ": "c", "LG": "s"}


def test_a_value_of_five_vendors_is_shown() -> None:
    assert hidden(BIG | {"CQ": (25, 5)}, "U8") == {}


def test_two_hidden_markets_need_no_third() -> None:
    assert hidden(BIG | {"CQ": (25, 4), "AB": (25, 3)}, "U8") == {"CQ": "c", "AB": "c"}


def test_two_hidden_markets_of_four_vendors_together_need_a_third() -> None:
    assert hidden(BIG | {"CQ": (25, 2), "AB": (25, 2)}, "U8") == {
        "CQ": "c",
        "AB": "c",
        "LG": "s",
    }


def test_a_hidden_market_without_receipts_does_not_cover_another() -> None:
    assert hidden(BIG | {"CQ": (25, 4), "AB": (25, 0)}, "U8") == {
        "CQ": "c",
        "AB": "c",
        "LG": "s",
    }


def test_where_no_other_market_can_be_hidden_the_total_is() -> None:
    assert hidden({"CQ": (25, 4)}, "U8") == {"CQ": "c", "*": "c"}
    assert hidden({"CQ": (25, 4), "LG": (25, 0)}, "U1") == {"CQ": "c", "*": "c"}
    assert hidden({"CQ": (10, 8), "LG": (25, 0)}, "U1") == {"CQ": "c", "*": "s"}


def test_all_values_hide_the_same_markets() -> None:
    values = [d.id for d in CATALOGUE.values() if d.disclosure is DisclosureClass.VALUE]

    patterns = [hidden(BIG | {"CQ": (25, 4)}, id_) for id_ in values]

    assert len(values) == 9
    assert all(pattern == {"CQ": "c", "LG": "s"} for pattern in patterns)


def test_a_band_of_one_vendor_hides_all_bands_of_its_market() -> None:
    areas = table_with_a_large_receipt_in("LG")

    hidden_in = {
        id_: {a.market_code: a[id_].hidden.value for a in areas if a[id_].hidden}
        for id_ in ("U9.band_2", "U9.band_5", "U9.mean")
    }
    # The only receipt above a million is LG's: total minus the other markets would tell it.
    assert hidden_in["U9.band_5"] == {"LG": "c", "*": "c"}
    assert hidden_in["U9.band_2"] == hidden_in["U9.band_5"]
    assert hidden_in["U9.mean"] == {}


def test_a_rate_needs_a_base_of_twenty() -> None:
    assert hidden(BIG | {"CQ": (19, 15)}, "U1") == {"CQ": "c", "LG": "s"}
    assert hidden(BIG | {"CQ": (20, 15)}, "U1") == {}


def test_a_count_of_one_to_four_is_told_as_fewer_than_five() -> None:
    areas = {area.market_code: area for area in disclose(table(BIG | {"CQ": (25, 4)}))}

    assert areas["CQ"]["U1"].numerator_is_few
    assert not areas["LG"]["U1"].numerator_is_few
    assert [is_few(count) for count in (0, 1, 4, 5)] == [False, True, True, False]


def test_a_count_of_nought_is_told() -> None:
    assert hidden(BIG | {"CQ": (25, 0)}, "U1") == {}


def test_counts_of_stalls_and_codes_are_public() -> None:
    assert hidden({"CQ": (3, 1)}, "S1") == {}


def test_what_one_column_hides_its_twin_does_not_show() -> None:
    sizes = BIG | {"CQ": (3, 3)}

    assert hidden(sizes, "S3") == {"CQ": "c", "LG": "s"}
    assert hidden(sizes, "U5") == {"CQ": "c", "LG": "s"}


def test_before_the_first_close_nothing_is_hidden_because_nothing_is_known() -> None:
    world = World(markets=[(1, "CQ", 40, 40)], days=open_every_day(1, closed=False, final=False))
    areas = disclose(adoption_figures(world.frames, world.window, world.reference_days))

    assert {cell.hidden for cell in areas[0].cells} == {Hidden.NO}


def test_a_manager_sees_the_own_market_whole() -> None:
    areas = show_all(table({"CQ": (3, 1)}))

    assert {cell.hidden for area in areas for cell in area.cells} == {Hidden.NO}


sizes = st.integers(0, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["CQ", "DC", "LG", "MA"]), sizes, min_size=1))
def test_no_shown_cell_is_unsafe_and_no_hidden_sum_tells_one_market(
    markets: dict[str, tuple[int, int]],
) -> None:
    areas = disclose(table(markets))

    for id_, definition in CATALOGUE.items():
        cells = {area.market_code: area[id_] for area in areas}
        total = cells.pop(ALL_MARKETS)
        for cell in [*cells.values(), total]:
            one = cell.indicator
            if id_ in TICKET_BAND_IDS:
                assert cell.hidden is not Hidden.NO or not is_few(one.contributors)
            elif cell.hidden is Hidden.NO and definition.disclosure is DisclosureClass.VALUE:
                assert one.contributors >= 5
            if cell.hidden is Hidden.NO and definition.disclosure is DisclosureClass.RATE:
                assert one.value is None or (one.base >= 20 and not is_few(one.contributors))
        unseen = [c.indicator.contributors for c in cells.values() if c.hidden is not Hidden.NO]
        if total.hidden is Hidden.NO and (any(unseen) or (unseen and id_ not in TICKET_BAND_IDS)):
            assert sum(n > 0 for n in unseen) >= 2
            assert sum(unseen) >= 5


@settings(max_examples=30)
@given(worlds())
def test_any_world_can_be_disclosed(world: World) -> None:
    areas = adoption_figures(world.frames, world.window, world.reference_days)

    assert [area.market_code for area in disclose(areas)] == [area.market_code for area in areas]
