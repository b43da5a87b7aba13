"""Nobody's own figure leaves the house, not even by subtraction."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.definitions import CATALOGUE, TICKET_BAND_IDS, DisclosureClass
from market.adoption.disclosure import (
    DisclosedArea,
    Hidden,
    disclose,
    disclose_compared,
    disclose_group,
    is_few,
    show_all,
)
from market.adoption.report import (
    ALL_MARKETS,
    AreaFigures,
    adoption_figures,
    group_figures,
)
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


def told_of_group(
    sizes: dict[str, tuple[int, int]],
    members: set[str],
    indicator_id: str,
    *before: set[str],
) -> str:
    """Return why the sum of some markets is hidden; empty = it is shown."""
    world = world_of(sizes)
    areas = adoption_figures(world.frames, world.window, world.reference_days)
    ids = [n for n, code in enumerate(sizes, 1) if code in members]
    group = group_figures(
        world.frames, world.window, world.reference_days, code="VAN-YEN-CU", market_ids=ids
    )
    told = disclose_group(areas, group, frozenset(members), [frozenset(each) for each in before])
    assert [area.market_code for area in told] == [*sorted(members), "VAN-YEN-CU"]
    shown = {area.market_code: area[indicator_id].hidden for area in disclose(areas)}
    assert all(area[indicator_id].hidden is shown[area.market_code] for area in told[:-1])
    return told[-1][indicator_id].hidden.value


FIVE = {"A": (100, 60), "B": (60, 40), "C": (40, 3), "D": (40, 30), "E": (50, 35)}


def test_the_sum_of_an_area_of_large_markets_is_shown() -> None:
    assert told_of_group(BIG, {"MA", "DC"}, "U7") == ""


def test_the_sum_of_an_area_adds_up_to_its_markets() -> None:
    world = world_of(BIG)
    areas = adoption_figures(world.frames, world.window, world.reference_days)
    group = group_figures(
        world.frames, world.window, world.reference_days, code="X", market_ids=[1, 3]
    )

    by_code = {area.market_code: area for area in areas}
    for id_ in ("S2", "S3", "U1", "U7"):
        parts = (by_code["MA"][id_].numerator or 0) + (by_code["LG"][id_].numerator or 0)
        assert group[id_].numerator == parts


def test_an_area_that_takes_in_one_hidden_market_has_its_sum_hidden() -> None:
    # C is hidden for its three vendors, D with it; a sum with one of them tells it.
    assert hidden(FIVE, "U7") == {"C": "c", "D": "s"}
    assert told_of_group(FIVE, {"A", "B", "C"}, "U7") == "s"
    assert told_of_group(FIVE, {"A", "D"}, "U7") == "s"


def test_an_area_that_leaves_one_hidden_market_out_has_its_sum_hidden() -> None:
    # The total of all minus the area would be D, shown markets aside.
    assert told_of_group(FIVE, {"A", "B", "C", "E"}, "U7") == "s"


def test_an_area_that_holds_all_hidden_markets_or_none_is_shown() -> None:
    assert told_of_group(FIVE, {"B", "C", "D"}, "U7") == ""
    assert told_of_group(FIVE, {"A", "B"}, "U7") == ""


def test_two_areas_do_not_give_away_by_their_difference_what_each_hides() -> None:
    six = FIVE | {"F": (45, 2), "G": (60, 41)}
    assert set(hidden(six, "U7")) == {"C", "F"} or len(hidden(six, "U7")) >= 2
    kept = set(hidden(six, "U7"))
    first, second = sorted(kept)[:2]
    whole = {"A", *kept}

    assert told_of_group(six, whole, "U7") == ""
    assert told_of_group(six, whole - {first}, "U7", whole) == "s"
    assert told_of_group(six, {"A", second}, "U7", whole) == "s"


@settings(max_examples=25)
@given(
    st.dictionaries(
        st.sampled_from("ABCDEF"), st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2
    ),
    st.lists(st.sets(st.sampled_from("ABCDEF"), min_size=1), min_size=1, max_size=3),
)
def test_no_sums_of_areas_ever_leave_fewer_than_two_contributors_apart(
    sizes: dict[str, tuple[int, int]], groups: list[set[str]]
) -> None:
    world = world_of(sizes)
    areas = adoption_figures(world.frames, world.window, world.reference_days)
    pattern = {area.market_code: area["U7"].hidden for area in disclose(areas)}
    contributors = {area.market_code: area["U7"].contributors for area in areas}
    told: list[set[str]] = []
    members = [group & sizes.keys() for group in groups]
    for number, group in enumerate(members):
        if group and not told_of_group(sizes, group, "U7", *members[:number]):
            told.append(group)

    parts: dict[tuple[bool, ...], list[int]] = {}
    for code in sizes:
        if pattern[code]:
            parts.setdefault(tuple(code in group for group in told), []).append(contributors[code])
    if told and not pattern["*"]:
        for part in parts.values():
            assert len([count for count in part if count]) >= 2
            assert sum(part) >= 5


def told_of_sides(
    sizes: dict[str, tuple[int, int]], inside: set[str], *before: set[str]
) -> dict[str, str]:
    """Return why U7 of a campaign's markets and of all others is hidden; empty = it is shown."""
    world = world_of(sizes)
    areas = adoption_figures(world.frames, world.window, world.reference_days)
    groups = []
    for code, members in (("in", inside), ("out", set(sizes) - inside)):
        ids = [n for n, each in enumerate(sizes, 1) if each in members]
        if ids:
            figures = group_figures(
                world.frames, world.window, world.reference_days, code=code, market_ids=ids
            )
            groups.append((figures, frozenset(members)))
    told = disclose_compared(areas, groups, [frozenset(each) for each in before])
    shown = {area.market_code: area["U7"].hidden for area in disclose(areas)}
    assert all(area["U7"].hidden is shown[area.market_code] for area in told[: len(areas)])
    return {area.market_code: area["U7"].hidden.value for area in told[len(areas) :]}


def test_two_sides_of_large_markets_are_both_shown() -> None:
    assert told_of_sides(BIG, {"MA"}) == {"in": "", "out": ""}


def test_one_unsafe_side_hides_the_other_too() -> None:
    # The total of all is shown: minus one side it is the other.
    assert told_of_sides(FIVE, {"C"}) == {"in": "c", "out": "s"}
    assert told_of_sides(FIVE, {"A", "C"}) == {"in": "s", "out": "s"}
    assert told_of_sides(FIVE, {"C", "D"}) == {"in": "", "out": ""}


def test_a_campaign_of_all_markets_has_one_side() -> None:
    assert told_of_sides(BIG, {"MA", "DC", "LG"}) == {"in": ""}


def test_what_an_earlier_area_told_is_not_cut_up_by_a_campaign() -> None:
    six = FIVE | {"F": (45, 2), "G": (60, 41)}
    kept = sorted(hidden(six, "U7"))

    assert told_of_sides(six, {"A", *kept}) == {"in": "", "out": ""}
    assert told_of_sides(six, {"A", *kept[:-1]}, {"A", *kept}) == {"in": "s", "out": "s"}


@settings(max_examples=25)
@given(
    st.dictionaries(
        st.sampled_from("ABCDEF"), st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2
    ),
    st.lists(st.sets(st.sampled_from("ABCDEF"), min_size=1), min_size=1, max_size=3),
)
def test_no_comparison_leaves_fewer_than_two_contributors_apart(
    sizes: dict[str, tuple[int, int]], groups: list[set[str]]
) -> None:
    areas = table(sizes)
    pattern = {area.market_code: area["U7"].hidden for area in disclose(areas)}
    contributors = {area.market_code: area["U7"].contributors for area in areas}
    members = [group & sizes.keys() for group in groups]
    told: list[set[str]] = []
    for number, group in enumerate(members):
        before = [each for one in members[:number] for each in (one, sizes.keys() - one) if each]
        if not group:
            continue
        verdicts = set(told_of_sides(sizes, group, *before).values())
        assert verdicts == {""} or "" not in verdicts
        if verdicts == {""}:
            told += [group, sizes.keys() - group]

    parts: dict[tuple[bool, ...], list[int]] = {}
    for code in sizes:
        if pattern[code]:
            parts.setdefault(tuple(code in group for group in told), []).append(contributors[code])
    if told and not pattern["*"]:
        for part in parts.values():
            assert len([count for count in part if count]) >= 2
            assert sum(part) >= 5
