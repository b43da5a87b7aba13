"""The rules for machines: those in force, every kept set by its hash, changes by two people."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from market.api.paging import Body, Limit
from market.reports.rules import (
    RuleChangeView,
    RulesView,
    base_rules,
    change_view,
    change_views,
    rules_view,
    trial_text,
)
from market.security.everywhere import EverywhereCaller
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.sessions import Reading, Writing
from reconciliation.errors import RuleSetNotFound
from reconciliation.rules.changing import (
    REASON_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    approve_change,
    find_change,
    list_changes,
    note_trial,
    propose_change,
    refuse_change,
    withdraw_change,
)
from reconciliation.rules.kept import kept_text
from reconciliation.rules.tables import RuleSet

router = APIRouter(prefix="/api/v1", tags=["rules"])

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class Proposal(Body):
    """Profile rows as TOML, in the form of the deployment's own file."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=TEXT_LENGTH_MAX)

    content: str = Field(max_length=TEXT_LENGTH_MAX)
    valid_from: date
    reason: str = Field(max_length=REASON_LENGTH_MAX)


class TrialAsked(Body):
    """The closed days to try a change on; neither = the newest four weeks."""

    first: date | None = None
    last: date | None = None


class Verdict(Body):
    """What a second person has to say."""

    note: str = Field(default="", max_length=REASON_LENGTH_MAX)


@router.get("/rules")
def rules(request: Request, session: Reading) -> RulesView:
    """Return the rules in force."""
    return rules_view(session, request.app.state.contracts)


@router.get("/rules/{sha256}", response_class=Response)
def rule_set(session: Reading, sha256: Sha256) -> Response:
    """Return the text whose SHA-256 a close names: every row and rule it went by."""
    kept = session.get(RuleSet, sha256)
    if kept is None:
        raise RuleSetNotFound(sha256)
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, max-age=31536000, immutable"}
    return Response(kept_text(kept), media_type="application/json", headers=headers)


@router.get("/rule-changes")
def changes(
    session: Reading,
    before: Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)] = None,
    limit: Limit = 50,
) -> list[RuleChangeView]:
    """Return the changes, newest first; ``before`` is the last number of the page before."""
    return change_views(list_changes(session, before_id=before, limit=limit))


@router.get("/rule-changes/{change_id}")
def change(session: Reading, change_id: RowId) -> RuleChangeView:
    """Return one change with its trial."""
    return change_view(find_change(session, change_id))


@router.post("/rule-changes", status_code=201)
def propose(
    request: Request, session: Writing, caller: EverywhereCaller, body: Proposal
) -> RuleChangeView:
    """Propose rows to go by from a day on."""
    return change_view(
        propose_change(
            session,
            body.content,
            file="content",
            valid_from=body.valid_from,
            reason=body.reason,
            base=base_rules(request.app.state.contracts),
            actor=caller.actor,
            now=request.app.state.now(),
        )
    )


@router.post("/rule-changes/{change_id}/trial")
def try_change(
    request: Request,
    session: Reading,
    _caller: EverywhereCaller,
    change_id: RowId,
    body: TrialAsked,
) -> RuleChangeView:
    """Try a change on closed days and keep what it would have changed."""
    trial, first, last, against = trial_text(
        session,
        find_change(session, change_id),
        request.app.state.contracts,
        first=body.first,
        last=body.last,
    )
    # The trial takes its time: only what it found is written under the lock.
    with request.app.state.writing() as writing:
        tried = find_change(writing, change_id)
        note_trial(writing, tried, trial, first=first, last=last, against=against)
        return change_view(tried)


@router.post("/rule-changes/{change_id}/approval")
def approve(
    request: Request, session: Writing, caller: EverywhereCaller, change_id: RowId, body: Verdict
) -> RuleChangeView:
    """Let a change go live, as a second person and after its trial."""
    found = find_change(session, change_id)
    approve_change(
        session,
        found,
        base=base_rules(request.app.state.contracts),
        actor=caller.actor,
        now=request.app.state.now(),
        note=body.note,
    )
    return change_view(found)


@router.post("/rule-changes/{change_id}/refusal")
def refuse(
    request: Request, session: Writing, caller: EverywhereCaller, change_id: RowId, body: Verdict
) -> RuleChangeView:
    """Turn a change down, as a second person."""
    found = find_change(session, change_id)
    refuse_change(session, found, actor=caller.actor, now=request.app.state.now(), note=body.note)
    return change_view(found)


@router.post("/rule-changes/{change_id}/withdrawal")
def withdraw(
    request: Request, session: Writing, caller: EverywhereCaller, change_id: RowId
) -> RuleChangeView:
    """Take a change back, as who proposed it."""
    found = find_change(session, change_id)
    withdraw_change(session, found, actor=caller.actor, now=request.app.state.now())
    return change_view(found)
