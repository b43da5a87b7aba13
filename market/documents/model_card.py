"""The 4-G card as one A4 page, set by Typst; longer cards are set smaller, then shortened."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from market.documents.typesetting import compiler_of
from market.i18n import day
from market.i18n.campaign_names import RESOURCE_KINDS, TASK_STATES
from merchants.campaigns.model_card_rules import CardEntry, Task
from merchants.kinds import TaskState

SIZES_PT = (10.0, 9.0, 8.0, 7.0)
"""Type sizes tried until the card fits on one page."""

_TITLE = "Bảng 4-G"
_SYNTHETIC = "Dữ liệu mô phỏng, không phải chợ thật."
_LEFT_OUT = "Không in {n} việc đã xong hoặc đã bỏ, để vừa một trang."


def model_card_pdf(
    card: CardEntry,
    *,
    indicator_names: Mapping[str, str],
    value_texts: Mapping[tuple[int, str], str],
    on: date,
    is_synthetic: bool,
) -> bytes:
    """Return the card as PDF: on one page in the largest size that fits.

    A card that does not fit in the smallest size is printed without its finished tasks, and says
    so; only when that is not enough it runs on to a second page.

    Args:
        indicator_names: by id.
        value_texts: a planned value in thousandths and its unit, as printed.
    """
    content = _content(card, indicator_names, value_texts, on, is_synthetic=is_synthetic)
    open_tasks = [task for task in card.tasks if task.state is TaskState.OPEN]
    shortened = content | {
        "tasks": [_task(task, on) for task in open_tasks],
        "left-out": _LEFT_OUT.format(n=len(card.tasks) - len(open_tasks)),
    }
    tries = [content | {"size": size} for size in SIZES_PT]
    if len(open_tasks) < len(card.tasks):
        tries.append(shortened | {"size": SIZES_PT[-1]})
    compilers = [compiler_of("model_card", {"card": json.dumps(one)}) for one in tries]
    fitting = next((one for one in compilers if len(_pages(one)) == 1), compilers[-1])
    pdf = fitting.compile(format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def _pages(compiler: Any) -> list[bytes]:
    pages = compiler.compile(format="svg")
    return pages if isinstance(pages, list) else [pages]


def _content(
    card: CardEntry,
    indicator_names: Mapping[str, str],
    value_texts: Mapping[tuple[int, str], str],
    on: date,
    *,
    is_synthetic: bool,
) -> dict[str, Any]:
    newest = card.versions[0] if card.versions else None
    return {
        "title": f"{_TITLE}: {card.market_name}",
        "subtitle": f"{card.programme_name} ({card.programme_code}). {card.programme_basis}",
        "synthetic": _SYNTHETIC if is_synthetic else "",
        "purpose": card.purpose,
        "words": {
            "objectives": "Mục tiêu gì?",
            "tasks": "Phải làm gì?",
            "resources": "Điều kiện cần gì?",
            "people": "Ai làm gì?",
            "none": "Chưa ghi.",
        },
        "objective-header": ["Mã", "Chỉ tiêu", "Mức đầu", "Mục tiêu", "Hạn"],
        "objectives": [
            {
                "id": one.indicator,
                "name": indicator_names.get(one.indicator, one.indicator),
                "baseline": ""
                if one.baseline_milli is None
                else value_texts[one.baseline_milli, one.unit.value],
                "target": value_texts[one.target_milli, one.unit.value],
                "due": day(one.due_on),
            }
            for one in card.objectives
        ],
        "version": ""
        if newest is None
        else f"Mục tiêu chốt lần {newest.number}, ngày {day(newest.fixed_at.date())}."
        + (f" Lý do đổi: {newest.reason}." if newest.reason else ""),
        "task-header": [
            "Việc", "Người làm (R)", "Chịu trách nhiệm (A)", "Hỏi ý (C)", "Được báo (I)", "Hạn", "Tình trạng",
        ],
        "tasks": [_task(task, on) for task in card.tasks],
        "left-out": "",
        "resource-header": ["Loại", "Điều kiện", "Tình trạng"],
        "resources": [
            {
                "kind": RESOURCE_KINDS[one.kind],
                "need": one.need,
                "met": "Đã có" if one.is_met else "Chưa có",
            }
            for one in card.resources
        ],
        "people": _people(card, on),
        "footer": f"{card.market_name}, {card.programme_code}, in ngày {day(on)}",
    }  # fmt: skip


def _task(task: Task, on: date) -> dict[str, Any]:
    is_late = task.is_late(on)
    return {
        "task": task.task,
        "responsible": task.responsible,
        "accountable": task.accountable,
        "consulted": task.consulted,
        "informed": task.informed,
        "due": day(task.due_on) if task.due_on else "",
        "state": "Quá hạn" if is_late else TASK_STATES[task.state],
        "late": is_late,
    }


def _people(card: CardEntry, on: date) -> str:
    """Return who answers for what, one sentence each, and what is late."""
    by_person: dict[str, int] = {}
    for task in card.tasks:
        if task.state is TaskState.OPEN:
            person = task.accountable or task.responsible
            by_person[person] = by_person.get(person, 0) + 1
    told = [f"{person}: {count} việc đang làm" for person, count in by_person.items()]
    late = len(card.late_tasks(on))
    told.append(f"{late} việc quá hạn" if late else "Không việc nào quá hạn")
    return "; ".join(told) + "."
