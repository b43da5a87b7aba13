"""Invented people: common family, middle and given names, put together at random."""

import unicodedata

from reconciliation.simulation.seeds import Draw, chosen

# Shares are rough: Kinh names lead, Tày, Dao and Mông families of the valley follow.
FAMILY_NAMES: dict[str, float] = {
    "Nguyễn": 24,
    "Trần": 9,
    "Lê": 7,
    "Phạm": 6,
    "Hoàng": 9,
    "Vũ": 5,
    "Đặng": 6,
    "Bùi": 3,
    "Đỗ": 3,
    "Ngô": 2,
    "Dương": 2,
    "Hà": 4,
    "Nông": 4,
    "Lương": 3,
    "Bàn": 4,
    "Triệu": 4,
    "Lý": 4,
    "Phùng": 2,
    "Giàng": 2,
    "Vàng": 1,
    "Sùng": 1,
}
WOMEN_MIDDLE = ("Thị", "Thị", "Thị", "Thị Thu", "Thị Kim", "Thu", "Thanh", "Ngọc")
MEN_MIDDLE = ("Văn", "Văn", "Văn", "Đức", "Hữu", "Quang", "Minh", "Xuân")
WOMEN_GIVEN = (
    *("Hương", "Lan", "Hoa", "Mai", "Hạnh", "Thảo", "Nga", "Liên", "Phượng", "Dung", "Yến", "Loan"),
    *("Nhung", "Huyền", "Tuyết", "Thủy", "Bình", "Đào", "Sen", "Mùi", "Ngân", "Oanh", "Tâm", "Vân"),
)
MEN_GIVEN = (
    *("Hùng", "Dũng", "Tuấn", "Sơn", "Hải", "Long", "Thắng", "Cường", "Nam", "Toàn", "Đạt", "Kiên"),
    *(
        "Quân",
        "Phúc",
        "Lâm",
        "Tiến",
        "Khánh",
        "Vinh",
        "Hiếu",
        "Đông",
        "Thành",
        "Chiến",
        "Bảo",
        "Tú",
    ),
)
BUSINESS_WORDS = ("Hộ kinh doanh", "Cửa hàng")


def draw_person(draw: Draw, *, woman: bool) -> str:
    """Return a full name with its accents, family name first."""
    middle, given = (WOMEN_MIDDLE, WOMEN_GIVEN) if woman else (MEN_MIDDLE, MEN_GIVEN)
    return f"{chosen(draw, FAMILY_NAMES)} {draw.choice(middle)} {draw.choice(given)}"


def as_banks_print(name: str) -> str:
    """Return the name as a bank prints it: upper case, no accents, đ as D."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in bare if not unicodedata.combining(c)).upper()
