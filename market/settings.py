"""Everything the environment decides, read once at the door."""

import json
from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    Secret,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from merchants.sealing import Sealer
from qr.print_code import PrintKeys

EXAMPLE_SECRET = "example-secret-never-use-in-production"  # noqa: S105


class Mode(StrEnum):
    """Development accepts example secrets; production refuses to start with one."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Hook(BaseModel):
    """One provider that may push: its secrets, newest first, and what the contract settles.

    For a provider that signs nothing (M-Pesa, MTN, GSMA) the secrets are secret parts of the address
    that it was given.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    secrets: list[SecretStr]
    options: dict[str, str] = Field(default_factory=dict)


class CutOffRule(BaseModel):
    """From a day on, what happens at that local time or later is the provider's next day."""

    model_config = ConfigDict(extra="forbid")

    provider: str
    cut_off_local: time
    valid_from: date


class AccountToldBy(BaseModel):
    """Which provider tells each book of one account, where several could; empty = whoever does."""

    model_config = ConfigDict(extra="forbid")

    payments: str = ""
    statement: str = ""


class Settings(BaseSettings):
    """Settings from ``CHO40_*`` variables and an optional ``.env`` file."""

    model_config = SettingsConfigDict(
        env_prefix="CHO40_",
        env_file=".env",
        extra="ignore",
        hide_input_in_errors=True,  # the input is secrets, and errors go to logs
    )

    mode: Mode = Mode.DEVELOPMENT
    data_dir: Path = Path("var")
    database_url: str = ""
    """SQLAlchemy URL; empty = SQLite in ``data_dir``."""
    secret_keys: list[SecretStr] = Field(default_factory=lambda: [SecretStr(EXAMPLE_SECRET)])
    """Sealing and signing keys, newest first (JSON list)."""
    hash_key: SecretStr = SecretStr(EXAMPLE_SECRET)
    verification_keys: Annotated[dict[date, SecretStr], NoDecode] = Field(default_factory=dict)
    """Keys of the codes printed on posters, by the first issue date each is for (JSON object).

    Not sealing keys: a printed code must stay right as long as the poster hangs, so old keys stay
    in the list. Posters issued before the first of them carry codes made with ``hash_key``."""
    audit_share_percent: int = Field(default=10, ge=1, le=100)
    """How many of a market's live posters are looked at on a market day."""
    disclosure_p_percent: Secret[Annotated[int, Field(ge=10, le=25)]] | None = None
    """p of the p % rule of ``market/adoption/disclosure/rules.toml``, never told to anybody;
    ``None`` = the largest there is, which hides most and can be guessed."""
    report_above: str = ""
    """The body above the one that issues reports, ``UBND xã Mậu A``."""
    report_issuer: str = "Cơ quan lập báo cáo"
    report_place: str = ""
    """Where reports are signed, ``Mậu A``."""
    report_contact: str = ""
    """Whom readers ask about the figures of a report, ``Phòng Kinh tế, 0912 000 118``; empty = issuer."""
    sepay_hmac_secrets: list[SecretStr] = Field(default_factory=lambda: [SecretStr(EXAMPLE_SECRET)])
    hooks: Annotated[Mapping[str, Hook], NoDecode] = Field(default_factory=dict)
    """Who else may push, by provider (JSON object); a provider that is not there is not let in.

    ``{"momo": {"secrets": ["new", "old"], "options": {"access_key": "…"}}}``. The options of each
    stand in its ``Door``."""
    cut_offs: list[CutOffRule] = Field(default_factory=list)
    """Providers whose business day does not end at midnight (JSON list)."""
    told_by: Annotated[dict[str, AccountToldBy], NoDecode] = Field(default_factory=dict)
    """By account, who tells it where several do whose rows carry no common bank reference (JSON object);
    what the others tell makes no row. With a common reference money counts once by itself. After a change
    ``cho40 feed reparse --apply`` lets it hold for what was told before; the next close restates those days."""
    feed_file_mib: int = Field(default=50, ge=1, le=4096)
    """The largest file of a feed that comes over the network; the command line has an option of its own."""
    stripe_base_url: str = "http://127.0.0.1:12111"
    stripe_api_key: SecretStr = SecretStr("sk_test_123")
    stripe_version: str = "2025-09-30.clover"
    stripe_account: str = ""
    """Account id the key belongs to; empty = no Stripe feed."""
    gsma_base_url: str = ""
    """A provider that speaks the GSMA Mobile Money API; empty = none."""
    gsma_api_key: SecretStr = SecretStr("")
    gsma_identifier_type: str = "accountid"
    gsma_account: str = ""
    """The account that is read there; empty = no GSMA feed."""
    mtn_base_url: str = ""
    mtn_subscription_key: SecretStr = SecretStr("")
    mtn_api_user: str = ""
    mtn_api_key: SecretStr = SecretStr("")
    mtn_target_environment: str = "sandbox"
    mtn_account: str = ""
    """Our name of the wallet that MTN pays into; empty = no MTN feed."""
    profiles_file: Path | None = None
    """TOML with this deployment's provider profiles (contracts: fees, cycles); ``None`` =
    ``contracts.toml`` in ``data_dir`` if it is there, else the packaged ones."""
    payment_request_minutes: int = Field(default=15, ge=1, le=1440)
    """How long a code of an exact amount waits for its payment."""
    complaint_answer_days: int = Field(default=7, ge=1, le=90)
    """Within how many days a vendor's complaint is to be answered."""
    base_url: str = "http://127.0.0.1:8000"
    """How the pages are reached from outside; used in links."""

    @field_validator("verification_keys", "hooks", "told_by", mode="before")
    @classmethod
    def _read_keys(cls, told: Any) -> Any:
        """Read the JSON of the environment, where nothing at all is no key of its own."""
        if isinstance(told, str):
            return json.loads(told) if told.strip() else {}
        return told

    @model_validator(mode="after")
    def _refuse_example_secrets(self) -> Self:
        if self.mode is Mode.PRODUCTION:
            secrets = [
                *self.secret_keys,
                self.hash_key,
                *self.verification_keys.values(),
                *self.sepay_hmac_secrets,
                *(secret for hook in self.hooks.values() for secret in hook.secrets),
            ]
            if any(s.get_secret_value() in {EXAMPLE_SECRET, ""} for s in secrets):
                raise ValueError(
                    "production mode needs CHO40_SECRET_KEYS, CHO40_HASH_KEY, CHO40_SEPAY_HMAC_SECRETS "
                    "and secrets of its own in CHO40_HOOKS; an example secret is set"
                )
        return self

    @property
    def url(self) -> str:
        """Return the database URL, SQLite in ``data_dir`` by default."""
        return self.database_url or f"sqlite:///{self.data_dir / 'cho40.sqlite3'}"

    @property
    def contracts(self) -> Path | None:
        """Return the file of this deployment's provider profiles; ``None`` = the packaged ones."""
        own = self.data_dir / "contracts.toml"
        return self.profiles_file or (own if own.is_file() else None)

    @property
    def expected_files(self) -> Path | None:
        """Return the file of this deployment's rules of when files are due; ``None`` = the packaged ones."""
        own = self.data_dir / "expected_files.toml"
        return own if own.is_file() else None

    @property
    def raw_dir(self) -> Path:
        """Return the folder of the raw store."""
        return self.data_dir / "raw"

    @property
    def kept_decisions_dir(self) -> Path:
        """Return the folder of what closes decided, from which the next one need not begin anew."""
        return self.data_dir / "kept-decisions"

    @property
    def poster_books_dir(self) -> Path:
        """Return the folder of the books of posters that are drawn or wait to be fetched."""
        return self.data_dir / "poster-books"

    @cached_property
    def print_key(self) -> PrintKeys:
        """Return the keys of the codes printed on posters, by the first issue date of each."""
        keys = {date.min: self.hash_key, **self.verification_keys}
        return PrintKeys({day: key.get_secret_value() for day, key in keys.items()})

    @cached_property
    def sealer(self) -> Sealer:
        """Return the sealer for personal data at rest."""
        return Sealer(
            secret_keys=tuple(key.get_secret_value() for key in self.secret_keys),
            hash_key=self.hash_key.get_secret_value(),
        )
