"""Everything the environment decides, read once at the door."""

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from merchants.sealing import Sealer

EXAMPLE_SECRET = "example-secret-never-use-in-production"  # noqa: S105


class Mode(StrEnum):
    """Development accepts example secrets; production refuses to start with one."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


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
    sepay_hmac_secrets: list[SecretStr] = Field(default_factory=lambda: [SecretStr(EXAMPLE_SECRET)])
    stripe_base_url: str = "http://127.0.0.1:12111"
    stripe_api_key: SecretStr = SecretStr("sk_test_123")
    stripe_version: str = "2025-09-30.clover"
    stripe_account: str = ""
    """Account id the key belongs to; empty = no Stripe feed."""
    profiles_file: Path | None = None
    """TOML with this deployment's provider profiles (contracts: fees, cycles); ``None`` =
    ``contracts.toml`` in ``data_dir`` if it is there, else the packaged ones."""
    base_url: str = "http://127.0.0.1:8000"
    """How the pages are reached from outside; used in links."""

    @model_validator(mode="after")
    def _refuse_example_secrets(self) -> Self:
        if self.mode is Mode.PRODUCTION:
            secrets = [*self.secret_keys, self.hash_key, *self.sepay_hmac_secrets]
            if any(s.get_secret_value() in {EXAMPLE_SECRET, ""} for s in secrets):
                raise ValueError(
                    "production mode needs CHO40_SECRET_KEYS, CHO40_HASH_KEY and "
                    "CHO40_SEPAY_HMAC_SECRETS; an example secret is set"
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
    def raw_dir(self) -> Path:
        """Return the folder of the raw store."""
        return self.data_dir / "raw"

    @cached_property
    def sealer(self) -> Sealer:
        """Return the sealer for personal data at rest."""
        return Sealer(
            secret_keys=tuple(key.get_secret_value() for key in self.secret_keys),
            hash_key=self.hash_key.get_secret_value(),
        )
