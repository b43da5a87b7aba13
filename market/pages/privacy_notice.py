"""The privacy notice, open to anybody, in the version in force or an earlier one by name."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from market.i18n import Lang
from market.pages.days import today_of
from market.pages.rendering import lang_of, page
from market.security.scope import Visitor
from merchants.privacy.notices import notice, published, version_on

router = APIRouter()


@router.get("/thong-bao-quyen-rieng-tu", response_class=HTMLResponse)
def privacy_notice(
    request: Request, caller: Visitor, ban: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """Show what is held, why, who sees it, what is never done, and everybody's rights."""
    language = "en" if lang_of(request) is Lang.EN else "vi"
    version = ban or version_on(today_of(request)) or published()[0].version
    return page(request, "privacy_notice", caller=caller, notice=notice(version, language))


def expired_page(request: Request, status_code: int) -> HTMLResponse:
    """Return what whoever opens an old personal link sees; what is safe comes first."""
    return page(request, "vendor_expired", status_code=status_code)
