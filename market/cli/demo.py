"""``cho40 demo``: the whole product once, on simulated market days."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from market.demo.story import Demonstration

OUT = Path("out")


def demo(
    out: Annotated[Path, typer.Option(help="Thư mục kết quả / folder for the papers")] = OUT,
    seed: Annotated[int, typer.Option(help="Hạt giống: cùng số, cùng kết quả / seed")] = 1,
) -> None:
    """Chạy thử hai tháng giả, từ đăng ký đến báo cáo. / Play two simulated months.

    Works in the folder ``demo`` under CHO40_DATA_DIR, which it empties first.
    """
    from rich.console import Console

    from market.clock import now
    from market.demo.progress import TerminalWatch
    from market.demo.story import DemoPlan, run_demo
    from market.reports import render_terminal
    from market.settings import Settings

    console = Console()
    with TerminalWatch(Console(stderr=True)) as watch:
        shown = run_demo(Settings(), out, watch=watch, now=now(), plan=DemoPlan(seed=seed))
    console.print(render_terminal(shown.adoption))
    console.print(render_terminal(shown.vendor_day))
    _summarise(console, shown, out)
    if not shown.is_sound:
        raise typer.Exit(1)


def _summarise(console: "Console", shown: "Demonstration", out: Path) -> None:
    from market.demo.people import PAPER
    from market.i18n import num, vnd

    found = shown.score
    lines = [
        "",
        (
            f"Dòng vào {num(found.rows_in)}, dòng ra {num(found.rows_out)}"
            f" (thừa {num(len(found.invented))}, thiếu {num(len(found.lost))})"
            f" · kết luận sai so với sự thật: {num(len(found.wrong_claims))}"
            f" · tiền không giải thích được: {vnd(found.unexplained_vnd)}"
            f" · chuỗi chốt ngày {'đúng' if not shown.broken_proofs else 'hỏng'}"
        ),
        f"Giấy tờ / papers in {out}/: {', '.join(sorted(path.name for path in shown.papers))}",
        *(
            f"{link.title}: {shown.settings.base_url.rstrip('/')}{link.path}"
            for link in shown.links
        ),
        f"Đăng nhập từng vai trò / how each role signs in: {out / PAPER}",
        (
            "Mở các trang rồi dùng đường dẫn trên / to open the pages: "
            f"CHO40_DATA_DIR={shown.settings.data_dir} {sys.argv[0]} serve"
        ),
        (
            "Người bán gõ một số tiền, rồi thử khách trả / a vendor asks for an amount, then pay it: "
            f"CHO40_DATA_DIR={shown.settings.data_dir} {sys.argv[0]} request pay <nội dung>"
        ),
    ]
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False, markup=False)
