"""The catalogue: what each indicator means, in words that are printed beside its value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Unit(StrEnum):
    """What a value counts."""

    RATIO = "ratio"
    VND = "vnd"
    VND_PER_MARKET_DAY = "vnd_per_market_day"
    RECEIPTS_PER_VENDOR_DAY = "receipts_per_vendor_day"


class DisclosureClass(StrEnum):
    """Which rule of ``disclosure`` guards a value."""

    PUBLIC = "public"
    """Counts of stalls and of codes: they say nothing about a person."""
    RATE = "rate"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One row of the data dictionary."""

    id: str
    name_vi: str
    name_en: str
    formula_vi: str
    formula_en: str
    note_vi: str
    note_en: str
    unit: Unit
    disclosure: DisclosureClass
    source: str
    short_vi: str = ""
    """The name where room is narrow, words of the name itself; empty = the name."""
    short_en: str = ""

    @property
    def label_vi(self) -> str:
        """Return the name for a heading or a narrow column."""
        return self.short_vi or self.name_vi

    @property
    def label_en(self) -> str:
        """Return the same in English."""
        return self.short_en or self.name_en


RECEIPT_MIN_VND = 1_000
ACTIVE_WINDOW_DAYS = 30

# Upper edges, inclusive, as the NPCI bands are; the last band is open.
TICKET_BAND_EDGES_VND = (20_000, 50_000, 200_000, 1_000_000)
TICKET_BAND_IDS = ("U9.band_1", "U9.band_2", "U9.band_3", "U9.band_4", "U9.band_5")
_TICKET_BANDS_VI = (
    "từ 20.000\N{NO-BREAK SPACE}₫ trở xuống",
    "trên 20.000 đến 50.000\N{NO-BREAK SPACE}₫",
    "trên 50.000 đến 200.000\N{NO-BREAK SPACE}₫",
    "trên 200.000 đến 1.000.000\N{NO-BREAK SPACE}₫",
    "trên 1.000.000\N{NO-BREAK SPACE}₫",
)
_TICKET_BANDS_EN = (
    "up to 20.000\N{NO-BREAK SPACE}₫",
    "over 20.000 to 50.000\N{NO-BREAK SPACE}₫",
    "over 50.000 to 200.000\N{NO-BREAK SPACE}₫",
    "over 200.000 to 1.000.000\N{NO-BREAK SPACE}₫",
    "over 1.000.000\N{NO-BREAK SPACE}₫",
)

_SOURCE = "domain.md 11.3"
_FRAME_VI = "Khung: tiểu thương giữ ít nhất một điểm kinh doanh đang dùng vào ngày chợ cuối của kỳ."
_FRAME_EN = (
    "Frame: vendors who hold at least one occupied stall on the last market day of the period."
)
_RECEIPT_VI = (
    "Khoản nhận: tiền vào điểm nhận tiền đã đăng ký, từ 1.000\N{NO-BREAK SPACE}₫, không phải thử, "
    "không bị đảo."
)
_RECEIPT_EN = (
    "Receipt: money in at a registered acceptance point, 1.000\N{NO-BREAK SPACE}₫ or more, no test, "
    "not reversed."
)

_DEFINITIONS = (
    Definition(
        id="S1",
        name_vi="Tỷ lệ điểm kinh doanh đã vào danh sách",
        name_en="Stalls in the register",
        formula_vi="điểm kinh doanh trong danh sách / điểm kinh doanh đếm tại chợ",
        formula_en="stalls in the register / stalls counted on the ground",
        note_vi="Chỉ gồm chợ đã đếm tại chỗ. Xem chất lượng khung trước.",
        note_en="Markets counted on the ground only. Look at the frame's quality first.",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.PUBLIC,
        source=_SOURCE,
    ),
    Definition(
        id="S2",
        name_vi="Tỷ lệ tiểu thương đã đăng ký",
        name_en="Vendors who consented",
        formula_vi="tiểu thương trong khung đã đồng ý / tiểu thương trong khung",
        formula_en="vendors of the frame who consented / vendors in the frame",
        note_vi=_FRAME_VI,
        note_en=_FRAME_EN,
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source=_SOURCE,
        short_vi="Đã đăng ký",
        short_en="Consented",
    ),
    Definition(
        id="S3",
        name_vi="Tỷ lệ có QR (trang bị)",
        name_en="Vendors equipped with a QR",
        formula_vi="tiểu thương trong khung có bảng mã QR đang treo / tiểu thương trong khung",
        formula_en="vendors of the frame with an installed poster / vendors in the frame",
        note_vi=_FRAME_VI,
        note_en=_FRAME_EN,
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source=_SOURCE,
        short_vi="Có QR",
        short_en="Equipped",
    ),
    Definition(
        id="S4",
        name_vi="Tỷ lệ ĐVCNTT có hợp đồng",
        name_en="Vendors with a provider contract",
        formula_vi="tiểu thương trong khung có hợp đồng còn hiệu lực / tiểu thương trong khung",
        formula_en="vendors of the frame with a live provider contract / vendors in the frame",
        note_vi="Đơn vị chấp nhận thanh toán theo nghĩa pháp lý.",
        note_en="Payment-accepting units in the legal sense.",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source=_SOURCE,
    ),
    Definition(
        id="S6",
        name_vi="Độ phủ dữ liệu",
        name_en="Data coverage",
        formula_vi="điểm nhận tiền có dữ liệu về / mã QR đang treo ở điểm kinh doanh đã kiểm tra",
        formula_en="acceptance points feeding data / QR codes displayed at audited stalls",
        note_vi="Không nhân vào chỉ số nào; in bên cạnh mọi giá trị.",
        note_en="Multiplies nothing; printed beside every value.",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.PUBLIC,
        source=_SOURCE,
    ),
    Definition(
        id="U1",
        name_vi="Hoạt động 30 ngày (A30)",
        name_en="Active in 30 days (A30)",
        formula_vi="tiểu thương trong khung có ít nhất 1 khoản nhận trong 30 ngày đến cuối kỳ / "
        "tiểu thương trong khung",
        formula_en="vendors of the frame with a receipt in the 30 days to the end of the period / "
        "vendors in the frame",
        note_vi=_RECEIPT_VI,
        note_en=_RECEIPT_EN,
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source=_SOURCE,
        short_vi="Hoạt động 30 ngày",
        short_en="Active in 30 days",
    ),
    Definition(
        id="U3",
        name_vi="Hoạt động theo ngày chợ",
        name_en="Active per market day",
        formula_vi="trung bình theo ngày chợ của (tiểu thương có khoản nhận trong ngày / "
        "tiểu thương bán trong ngày)",
        formula_en="mean over market days of (vendors with a receipt that day / "
        "vendors trading that day)",
        note_vi="Bán trong ngày: giữ điểm kinh doanh đang dùng vào ngày chợ đó; chợ không điểm danh. "
        "So được giữa các lịch chợ.",
        note_en="Trading: holds an occupied stall on that market day; there is no roll-call. "
        "Comparable across calendars.",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source=_SOURCE,
    ),
    Definition(
        id="U5",
        name_vi="Kích hoạt",
        name_en="Activated",
        formula_vi="tiểu thương có bảng mã QR từng có khoản nhận / tiểu thương có bảng mã QR",
        formula_en="equipped vendors who ever had a receipt / equipped vendors",
        note_vi="Trong khung, tính đến cuối kỳ.",
        note_en="Within the frame, to the end of the period.",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source=_SOURCE,
    ),
    Definition(
        id="U7",
        name_vi="Số giao dịch / tiểu thương hoạt động / ngày chợ",
        name_en="Receipts per active vendor and market day",
        formula_vi="số khoản nhận trong kỳ / tổng số ngày chợ của các tiểu thương có khoản nhận",
        formula_en="receipts of the period / market days of the vendors who had a receipt, summed",
        note_vi=_RECEIPT_VI,
        note_en=_RECEIPT_EN,
        unit=Unit.RECEIPTS_PER_VENDOR_DAY,
        disclosure=DisclosureClass.VALUE,
        source=_SOURCE,
    ),
    Definition(
        id="U8",
        name_vi="Giá trị nhận qua QR / ngày chợ",
        name_en="Value received by QR per market day",
        formula_vi="tổng giá trị khoản nhận trong kỳ / số ngày chợ",
        formula_en="value of the period's receipts / market days",
        note_vi="Không phải doanh thu: chưa gồm tiền mặt. Làm tròn đến đồng.",
        note_en="Not turnover: cash is not in it. Rounded to the đồng.",
        unit=Unit.VND_PER_MARKET_DAY,
        disclosure=DisclosureClass.VALUE,
        source=_SOURCE,
    ),
    Definition(
        id="U9.median",
        name_vi="Giá trị giao dịch trung vị",
        name_en="Median receipt",
        formula_vi="giá trị ở giữa khi xếp các khoản nhận trong kỳ",
        formula_en="the middle value of the period's receipts",
        note_vi=_RECEIPT_VI,
        note_en=_RECEIPT_EN,
        unit=Unit.VND,
        disclosure=DisclosureClass.VALUE,
        source=_SOURCE,
    ),
    Definition(
        id="U9.mean",
        name_vi="Giá trị giao dịch trung bình",
        name_en="Mean receipt",
        formula_vi="tổng giá trị khoản nhận trong kỳ / số khoản nhận",
        formula_en="value of the period's receipts / their number",
        note_vi="Làm tròn đến đồng.",
        note_en="Rounded to the đồng.",
        unit=Unit.VND,
        disclosure=DisclosureClass.VALUE,
        source=_SOURCE,
    ),
    *(
        Definition(
            id=band,
            name_vi=f"Khoản nhận {name_vi}",
            name_en=f"Receipts {name_en}",
            formula_vi="số khoản nhận trong bậc / số khoản nhận",
            formula_en="receipts in the band / receipts",
            note_vi="Cận trên thuộc về bậc.",
            note_en="The upper edge belongs to the band.",
            unit=Unit.RATIO,
            disclosure=DisclosureClass.VALUE,
            source=_SOURCE,
        )
        for band, name_vi, name_en in zip(
            TICKET_BAND_IDS, _TICKET_BANDS_VI, _TICKET_BANDS_EN, strict=True
        )
    ),
)

CATALOGUE: Mapping[str, Definition] = MappingProxyType({d.id: d for d in _DEFINITIONS})
"""Every indicator of the report by id, in the order it is printed."""
