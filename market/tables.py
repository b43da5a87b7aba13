"""Who may come in: users with their scopes, sessions, links, tokens, PINs, and what was tried.

No secret stands here: passwords and PINs as argon2id, tokens as SHA-256, sign-in names sealed with a
keyed fingerprint beside them for look-up.
"""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from market.roles import Role, ScopeKind
from market.survey_kinds import Allocation, Answer
from merchants.columns import UtcDateTime, Vnd, text_enum


class UserAccount(SQLModel, table=True):
    """Somebody who signs in: management, helpers, economists, auditors. Vendors do not."""

    __tablename__: ClassVar[str] = "user_account"

    id: int | None = Field(default=None, primary_key=True)
    login_hash: str = Field(max_length=64, unique=True)
    """Keyed fingerprint of the phone number or e-mail address the user signs in with."""
    login_sealed: str
    full_name: str = Field(max_length=80)
    role: Role = Field(sa_type=text_enum(Role))
    password_hash: str | None = None
    """``None`` = signs in only with a helper login."""
    must_change_password: bool = False
    is_active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(max_length=60)
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class UserScope(SQLModel, table=True):
    """Where a user's role holds: everywhere, one market, or the markets of an area group."""

    __tablename__: ClassVar[str] = "user_scope"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    kind: ScopeKind = Field(sa_type=text_enum(ScopeKind), primary_key=True)
    code: str = Field(default="", max_length=20, primary_key=True)
    """Market code or area group code; empty for everywhere."""


class AccessLink(SQLModel, table=True):
    """A personal address: signed, expiring, revocable; it opens a session for its scope."""

    __tablename__: ClassVar[str] = "access_link"

    id: int | None = Field(default=None, primary_key=True)
    role: Role = Field(sa_type=text_enum(Role))
    scope: str = Field(max_length=20, index=True)
    """Vendor code, market code, or ``*``."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(max_length=60)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HelperLogin(SQLModel, table=True):
    """A short-lived way in for a field helper, for one market and a few hours."""

    __tablename__: ClassVar[str] = "helper_login"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    market_code: str = Field(max_length=8)
    code_sha256: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(max_length=60)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UserSession(SQLModel, table=True):
    """A browser that came in: by password, helper login or link. The cookie holds its token."""

    __tablename__: ClassVar[str] = "user_session"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(max_length=64, unique=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    helper_login_id: int | None = Field(default=None, foreign_key="helper_login.id", index=True)
    link_id: int | None = Field(default=None, foreign_key="access_link.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pin_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Until when the vendor's PIN need not be asked again."""


class ApiToken(SQLModel, table=True):
    """A machine's key to the API, with its user's role and scope."""

    __tablename__: ClassVar[str] = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    name: str = Field(max_length=60)
    token_sha256: str = Field(max_length=64, unique=True)
    token_tail: str = Field(max_length=4)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class VendorPin(SQLModel, table=True):
    """The PIN a vendor gives before anything of theirs changes."""

    __tablename__: ClassVar[str] = "vendor_pin"

    vendor_id: int = Field(foreign_key="vendor.id", primary_key=True)
    pin_hash: str
    set_at: datetime = Field(sa_type=UtcDateTime)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInFailure(SQLModel, table=True):
    """A wrong password, code or link; counted to slow down whoever guesses."""

    __tablename__: ClassVar[str] = "sign_in_failure"

    id: int | None = Field(default=None, primary_key=True)
    key_hash: str = Field(max_length=64)
    """Keyed fingerprint of the sign-in name or of the caller's address."""
    at: datetime = Field(sa_type=UtcDateTime)

    __table_args__ = (sa.Index("ix_sign_in_failure_key_at", "key_hash", "at"),)


class Submission(SQLModel, table=True):
    """A form or API write that was carried out, so that sending it twice does nothing twice."""

    key_sha256: str = Field(max_length=64, primary_key=True)
    """Of the principal and the form's ``once`` value or the ``Idempotency-Key`` header."""
    request_sha256: str = Field(max_length=64)
    """Of method, route and content: one key with two contents is refused."""
    status: int
    location: str = Field(default="", max_length=400)
    body: str = Field(default="", sa_type=sa.Text)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class SecurityEvent(SQLModel, table=True):
    """What happened at the doors: sign-ins, new users, tokens, exports. Rows are only added."""

    __tablename__: ClassVar[str] = "security_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str = Field(max_length=60)
    action: str = Field(max_length=40)
    subject: str = Field(default="", max_length=60)
    """Such as ``user:12`` or ``market:MA``; never a name or number of a person."""
    note: str = Field(default="", max_length=200)


class AdoptionEdition(SQLModel, table=True):
    """One published version of a period's tables of adoption; never changed."""

    __tablename__: ClassVar[str] = "adoption_edition"

    id: int | None = Field(default=None, primary_key=True)
    period: str = Field(max_length=7)
    """``2026-10``, ``2026-Q4`` or ``2026``"""
    scheme: str = Field(max_length=12)
    version: int
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str = Field(max_length=60)
    known_at: datetime = Field(sa_type=UtcDateTime)
    """Closes up to this instant are in it."""
    is_provisional: bool
    rules_sha256: str = Field(max_length=64)
    code_version: str = Field(max_length=40)
    content_sha256: str = Field(max_length=64)
    """Over the tables of every product."""

    __table_args__ = (sa.UniqueConstraint("period", "scheme", "version"),)


class AdoptionEditionTable(SQLModel, table=True):
    """What one product tells in an edition, as compressed JSON, one row a part.

    ``tables`` is ``reports.models.PeriodTables``, which most pages need; ``studies`` is
    ``reports.study_models.PeriodStudies``; ``course`` is the period's own points of its trend.
    """

    __tablename__: ClassVar[str] = "adoption_edition_table"

    edition_id: int = Field(foreign_key="adoption_edition.id", primary_key=True)
    product: str = Field(max_length=10, primary_key=True)
    part: str = Field(default="tables", max_length=10, primary_key=True)
    content: bytes


class AdoptionDraft(SQLModel, table=True):
    """What one product would tell of a period that is not published, kept by the night."""

    __tablename__: ClassVar[str] = "adoption_draft"

    period: str = Field(max_length=7, primary_key=True)
    scheme: str = Field(max_length=12, primary_key=True)
    product: str = Field(max_length=10, primary_key=True)
    part: str = Field(max_length=10, primary_key=True)
    """As in ``AdoptionEditionTable``."""
    made_at: datetime = Field(sa_type=UtcDateTime)
    took_ms: int
    """How long it took to measure; what is measured in no time is measured anew on request."""
    stamp: str = Field(max_length=40)
    """The newest close and event it rests on."""
    content: bytes


class AdoptionEditionFile(SQLModel, table=True):
    """A file made of an edition for a product: its report as PDF, its tables as XLSX and CSV."""

    __tablename__: ClassVar[str] = "adoption_edition_file"

    edition_id: int = Field(foreign_key="adoption_edition.id", primary_key=True)
    area_code: str = Field(max_length=24, primary_key=True)
    """The area it is about, as ``PeriodTables.areas`` names it."""
    name: str = Field(max_length=60, primary_key=True)
    sha256: str = Field(max_length=64)
    content: bytes


class Survey(SQLModel, table=True):
    """A denominator survey as it was designed and drawn; never changed. No transaction is in it."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=80)
    first_on: date
    last_on: date
    """Stall days are drawn from the market days between, both included."""
    allocation: Allocation = Field(sa_type=text_enum(Allocation))
    margin_permille: int
    """To ± how much the share is to be known, in thousandths of one."""
    expected_permille: int
    """The share guessed beforehand."""
    variation_percent: int
    """The deviation of the residuals over the mean of digital takings, guessed beforehand."""
    response_percent: int
    large_m2: int
    """Stalls of at least this area are the largest, and asked with certainty."""
    reserve: int
    """Stalls drawn beyond the sample, in each stratum."""
    sheets: int
    """Lists, and so people who ask, a market."""
    first_hour: int
    last_hour: int
    """The quarter hours of counting are drawn between, ``last_hour`` excluded."""
    population: int
    size: int
    """Stall days to be asked, without the reserve."""
    method: str = Field(max_length=40)
    seed: str = Field(max_length=64)
    frame: str = Field(sa_type=sa.Text)
    """JSON: by stratum the stalls it was drawn from, by market the open days."""
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    drawn_by: str = Field(max_length=60)


class SurveyStratum(SQLModel, table=True):
    """A stratum of a survey: how many stalls it has, and how many are asked."""

    __tablename__: ClassVar[str] = "survey_stratum"

    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    market_id: int = Field(foreign_key="market.id", index=True)
    name: str = Field(max_length=90)
    """As ``adoption.survey.strata.StratumName`` writes it."""
    population: int
    sample_size: int
    takes_all: bool

    __table_args__ = (sa.UniqueConstraint("survey_id", "name"),)


class SurveyVisit(SQLModel, table=True):
    """One stall on one day, drawn to be asked; no vendor is named."""

    __tablename__: ClassVar[str] = "survey_visit"

    id: int | None = Field(default=None, primary_key=True)
    stratum_id: int = Field(foreign_key="survey_stratum.id", index=True)
    stall_id: int = Field(foreign_key="stall.id", index=True)
    asked_on: date
    quarter_minute: int
    """When the quarter hour of counting begins, as minutes after midnight."""
    place: int
    """Its turn within the stratum; those after the sample are the reserve."""
    is_reserve: bool
    sheet: int
    """Which list of the market it stands on, from 1."""
    row: int
    """Its line on that list, from 1."""

    __table_args__ = (sa.UniqueConstraint("stratum_id", "stall_id"),)


class SurveyAnswer(SQLModel, table=True):
    """What became of a visit. Rows are only added: the newest one of a visit counts."""

    __tablename__: ClassVar[str] = "survey_answer"

    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="survey_visit.id", index=True)
    outcome: Answer = Field(sa_type=text_enum(Answer))
    cash_vnd: int | None = Field(default=None, sa_type=Vnd)
    """What the day's takings in cash were said to be; ``None`` = nobody said."""
    digital_vnd: int | None = Field(default=None, sa_type=Vnd)
    counted_cash: int | None = None
    """Payments seen in the quarter hour; ``None`` = nobody counted."""
    counted_digital: int | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str = Field(max_length=60)
