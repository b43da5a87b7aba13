"""Accounts that need care: under a name the rule no longer allows, or with a contract run out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from market.pages.days import today_of
from market.pages.rendering import page
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.acceptance.name_rule import rule_for
from merchants.acceptance.upkeep import expired_page, migration_list, migration_page
from merchants.find import find_market

router = APIRouter()
PATH = "/cho/{market_code}/doi-ten-tai-khoan"
ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(PATH, response_class=HTMLResponse)
def migration(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
    muc: Annotated[str, Query(pattern="^(|hop-dong)$")] = "",
) -> HTMLResponse:
    """Show the accounts to be replaced under the rule on names; ``muc`` those with old contracts."""
    today = today_of(request)
    offset = (trang - 1) * ROWS
    of_names = migration_page(session, market_code, today, offset=offset, limit=ROWS)
    of_contracts = expired_page(session, market_code, today, offset=offset, limit=ROWS)
    shown = of_contracts if muc else of_names
    pages = max(1, -(-shown.total // ROWS))
    return page(
        request,
        "accounts/migration",
        caller=caller,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/doi-ten-tai-khoan",
        entries=shown.entries,
        to_migrate=of_names.total,
        expired=of_contracts.total,
        section=muc,
        page_no=trang,
        pages=pages,
        rule=rule_for(today),
    )


@router.get(PATH + ".xlsx", response_class=Response)
def migration_sheet(request: Request, session: Reading, market_code: str) -> Response:
    """Return the accounts to be replaced as a workbook."""
    from market.documents.account_books import write_migration_list

    today = today_of(request)
    content = write_migration_list(
        find_market(session, market_code).name,
        migration_list(session, market_code, today),
        rule_for(today),
        on=today,
    )
    name = f"doi-ten-tai-khoan-{market_code}-{today.isoformat()}.xlsx"
    return Response(
        content,
        media_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
