"""U1 to U12: who receives money by QR, how often, how much at a time, and by which channel."""

from market.adoption.catalogue.words import (
    ACTIVE_DAYS_EN,
    ACTIVE_DAYS_VI,
    NOT_CLOSED_EN,
    NOT_CLOSED_VI,
    OURS_EN,
    OURS_VI,
    REACH_EN,
    REACH_VI,
    RECEIPT_EN,
    RECEIPT_VI,
)
from market.adoption.definition import Definition, DisclosureClass, Span, Unit

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

USE = (
    Definition(
        id="U1",
        name_vi="Hoạt động 30 ngày (A30)",
        name_en="Active in 30 days (A30)",
        formula_vi="tiểu thương trong khung có ít nhất 1 khoản nhận trong 30 ngày đến cuối kỳ / "
        "tiểu thương trong khung",
        formula_en="vendors of the frame with a receipt in the 30 days to the end of the period / "
        "vendors in the frame",
        note_vi=f"{RECEIPT_VI} {REACH_VI}",
        note_en=f"{RECEIPT_EN} {REACH_EN}",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source_vi=ACTIVE_DAYS_VI,
        source_en=ACTIVE_DAYS_EN,
        exclusions_vi=NOT_CLOSED_VI,
        exclusions_en=NOT_CLOSED_EN,
        span=Span.DAYS_30,
        short_vi="Hoạt động 30 ngày",
        short_en="Active in 30 days",
    ),
    Definition(
        id="U2",
        name_vi="Hoạt động 90 ngày (A90)",
        name_en="Active in 90 days (A90)",
        formula_vi="tiểu thương trong khung có ít nhất 1 khoản nhận trong 90 ngày đến cuối kỳ / "
        "tiểu thương trong khung",
        formula_en="vendors of the frame with a receipt in the 90 days to the end of the period / "
        "vendors in the frame",
        note_vi=f"{RECEIPT_VI} {REACH_VI}",
        note_en=f"{RECEIPT_EN} {REACH_EN}",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source_vi=ACTIVE_DAYS_VI,
        source_en=ACTIVE_DAYS_EN,
        exclusions_vi=NOT_CLOSED_VI,
        exclusions_en=NOT_CLOSED_EN,
        span=Span.DAYS_90,
        short_vi="Hoạt động 90 ngày",
        short_en="Active in 90 days",
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
        source_vi=OURS_VI,
        source_en=OURS_EN,
    ),
    Definition(
        id="U4",
        name_vi="Thường xuyên",
        name_en="Regular",
        formula_vi="tiểu thương trong khung có khoản nhận vào ít nhất nửa số ngày chợ của mình / "
        "tiểu thương trong khung",
        formula_en="vendors of the frame with a receipt on at least half of their own market days / "
        "vendors in the frame",
        note_vi="Ngày chợ của mình: ngày chợ trong kỳ đang giữ điểm kinh doanh. "
        "So được giữa các lịch chợ.",
        note_en="Their own market days: those of the period on which they hold an occupied stall. "
        "Comparable across calendars.",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source_vi=OURS_VI,
        source_en=OURS_EN,
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
        source_vi=OURS_VI,
        source_en=OURS_EN,
        exclusions_vi=NOT_CLOSED_VI,
        exclusions_en=NOT_CLOSED_EN,
        span=Span.EVER,
    ),
    Definition(
        id="U6",
        name_vi="Ngủ",
        name_en="Dormant",
        formula_vi="tiểu thương có bảng mã QR không có khoản nhận trong 90 ngày đến cuối kỳ / "
        "tiểu thương có bảng mã QR",
        formula_en="equipped vendors without a receipt in the 90 days to the end of the period / "
        "equipped vendors",
        note_vi=f"Trong khung; gồm cả người chưa từng nhận tiền. {REACH_VI}",
        note_en=f"Within the frame; who never received money is among them. {REACH_EN}",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.RATE,
        source_vi=OURS_VI,
        source_en=OURS_EN,
        exclusions_vi=NOT_CLOSED_VI,
        exclusions_en=NOT_CLOSED_EN,
        span=Span.DAYS_90,
    ),
    Definition(
        id="U7",
        name_vi="Số giao dịch / tiểu thương hoạt động / ngày chợ",
        name_en="Receipts per active vendor and market day",
        formula_vi="số khoản nhận trong kỳ / tổng số ngày chợ của các tiểu thương có khoản nhận",
        formula_en="receipts of the period / market days of the vendors who had a receipt, summed",
        note_vi=RECEIPT_VI,
        note_en=RECEIPT_EN,
        unit=Unit.RECEIPTS_PER_VENDOR_DAY,
        disclosure=DisclosureClass.VALUE,
        source_vi=OURS_VI,
        source_en=OURS_EN,
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
        source_vi=OURS_VI,
        source_en=OURS_EN,
    ),
    Definition(
        id="U9.median",
        name_vi="Giá trị giao dịch trung vị",
        name_en="Median receipt",
        formula_vi="giá trị ở giữa khi xếp các khoản nhận trong kỳ",
        formula_en="the middle value of the period's receipts",
        note_vi=RECEIPT_VI,
        note_en=RECEIPT_EN,
        unit=Unit.VND,
        disclosure=DisclosureClass.VALUE,
        source_vi=OURS_VI,
        source_en=OURS_EN,
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
        source_vi=OURS_VI,
        source_en=OURS_EN,
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
            source_vi=OURS_VI,
            source_en=OURS_EN,
        )
        for band, name_vi, name_en in zip(
            TICKET_BAND_IDS, _TICKET_BANDS_VI, _TICKET_BANDS_EN, strict=True
        )
    ),
    Definition(
        id="U10",
        name_vi="Người trả khác nhau",
        name_en="Different payers",
        formula_vi="số mã người trả khác nhau trong kỳ",
        formula_en="number of different payer tokens in the period",
        note_vi="Chưa tính. Mỗi nguồn tả người trả một kiểu (tài khoản, tên, số điện thoại), mã băm của "
        "hai nguồn không so được với nhau và bị xoá theo hạn giữ dữ liệu. Muốn đếm đúng phải nối "
        "khách qua nhiều tháng, tức là giữ nhiều dữ liệu của khách hơn.",
        note_en="Left out. Every source describes payers in its own way (account, name, phone), tokens "
        "of two sources cannot be compared, and they are forgotten with the data. Counting right would "
        "mean following customers over months, and so keeping more about them.",
        unit=Unit.PAYERS,
        disclosure=DisclosureClass.VALUE,
        source_vi=OURS_VI,
        source_en=OURS_EN,
    ),
    Definition(
        id="U11",
        name_vi="Cơ cấu kênh",
        name_en="Share of channels",
        formula_vi="giá trị nhận qua kênh / giá trị nhận qua mọi kênh",
        formula_en="value received by the channel / value received by all channels",
        note_vi="Kênh: loại chấp nhận và nhà cung cấp. Tính theo giá trị và theo số khoản nhận.",
        note_en="A channel is an acceptance type and a provider. By value and by number of receipts.",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.VALUE,
        source_vi=OURS_VI,
        source_en=OURS_EN,
    ),
    Definition(
        id="U12",
        name_vi="Độ tin cậy",
        name_en="Reliability",
        formula_vi="giao dịch lỗi kỹ thuật / giao dịch đã thử",
        formula_en="technical failures / attempts",
        note_vi="Chưa tính. Chuyển khoản qua QR chỉ báo khoản đã vào; nguồn có báo lần không thành "
        "thường gộp khách hủy, thiếu tiền và lỗi kỹ thuật. Mất mạng ở quầy thì không nguồn nào thấy.",
        note_en="Left out. Transfers by QR tell only what arrived; sources that tell failures mostly put "
        "cancelling, lack of funds and technical faults together. No source sees a stall without "
        "network.",
        unit=Unit.RATIO,
        disclosure=DisclosureClass.PUBLIC,
        source_vi="Theo tỷ lệ từ chối vì lỗi kỹ thuật mà NPCI công bố cho UPI (Ấn Độ)",
        source_en="After the technical declines that NPCI publishes for UPI (India)",
    ),
)
