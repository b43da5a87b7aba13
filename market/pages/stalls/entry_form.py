"""The form at the stall: its fields as an entry of the register, and back again."""

from datetime import date

from market.pages.consent_proof import CARRIED, FILE, WITNESS
from market.pages.forms import Form
from merchants.acceptance.banks import account_providers
from merchants.acceptance.entry import MOMO_STORE
from merchants.imports.entry import LinkBy, OnboardingEntry
from merchants.imports.held_stall import SeenStall
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.privacy.notices import version_on

FIELDS = {
    "stall_code": "gian",
    "zone": "khu",
    "goods_group": "nganh",
    "full_name": "ten",
    "phone": "dt",
    "link_by": "gui",
    "business_name": "hkd",
    "bank": "nh",
    "account": "stk",
    "holder_name": "ctk",
    "display_name": "th",
    "is_poster_only": "muc",
    "purposes": "dy",
    "is_read_aloud": "doc",
    "channel": "cach",
    "evidence_sha256": FILE,
    "witness": WITNESS,
    "same_as": "cung",
}
"""The register's fields by those of the form."""

MOMO_SHOP = "MoMo (mã cửa hàng)"
LINK_WAYS = (
    (LinkBy.ZALO, "Zalo", "Cần có mạng"),
    (LinkBy.SMS, "Tin nhắn", "Vào số ở trên"),
    (LinkBy.PAPER, "Tờ giấy", "In mã, quét là mở"),
)
TIERS = (
    ("xem", "Xem được tiền vào", "Cô/bác xem từng khoản trên điện thoại, chợ đối chiếu giúp"),
    ("tam-ma", "Chỉ dùng tấm mã", "Chợ không nhận, không xem khoản nào"),
)
CHANNELS = (
    (ConsentChannel.SIGNATURE, "Ký giấy", "Chụp tờ giấy, giữ giấy ở ban quản lý"),
    (ConsentChannel.SPOKEN, "Nói trước mặt", "Đọc to thông báo, ghi âm lời đồng ý"),
)
SEEN = "da_xem"
"""The field that tells what the register said of the stall when the page was opened."""
EVENT_DIGITS_MAX = 10


def bank_names() -> list[str]:
    """Return the names offered for bank or wallet, the common ones first."""
    return [*(each.short_name for each in account_providers()), MOMO_SHOP]


def write_seen(seen: SeenStall) -> str:
    """Return what a form has seen as the text of its field."""
    return f"{seen.vendor_code}.{seen.event_id or 0}"


def read_seen(form: Form) -> SeenStall:
    """Return what the form of a stall has seen; who does not say so has seen nothing."""
    vendor_code, _, number = form.value(SEEN).partition(".")
    is_number = number.isascii() and number.isdigit() and len(number) <= EVENT_DIGITS_MAX
    return SeenStall(vendor_code=vendor_code, event_id=int(number) if is_number else 0)


def entry_of(form: Form, *, today: date, stall_code: str = "") -> OnboardingEntry:
    """Return what the form says; ``stall_code`` when the page is about one stall."""
    bank = form.value("nh")
    return OnboardingEntry(
        stall_code=stall_code or form.value("gian"),
        zone=form.value("khu"),
        goods_group=form.value("nganh"),
        full_name=form.value("ten"),
        phone=form.value("dt"),
        link_by=next((way for way, _, _ in LINK_WAYS if way.value == form.value("gui")), None),
        business_name=form.value("hkd"),
        bank=MOMO_STORE if bank == MOMO_SHOP else bank,
        account=form.value("stk"),
        holder_name=form.value("ctk"),
        display_name=form.value("th"),
        is_poster_only={"xem": False, "tam-ma": True}.get(form.value("muc")),
        purposes=frozenset(each for each in ConsentPurpose if each.value in form.all("dy")),
        is_read_aloud=form.is_ticked("doc"),
        channel=next((each for each, _, _ in CHANNELS if each.value == form.value("cach")), None),
        # The version the helper had before their eyes, not the one of this moment.
        notice_version=form.value("ban") or version_on(today) or "",
        language="en" if form.value("lang") == "en" else "vi",
        evidence_sha256=form.value(CARRIED),
        witness=form.value(WITNESS),
        same_as=form.value("cung"),
        is_new_stall=form.is_ticked("gian_moi"),
        is_draft=form.is_ticked("nhap"),
        # A form that is about no stall yet has seen none: it never writes over who is there.
        seen=read_seen(form) if stall_code else SeenStall(vendor_code="", event_id=None),
    )
