"""The three products, manager, district and public: each with its rules from ``rules.toml``."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files

from market.adoption.disclosure.rules import CellRule
from market.adoption.errors import AdoptionError


class TableProduct(StrEnum):
    """Whom tables are made for, from who may see most to who may see least."""

    MANAGER = "manager"
    DISTRICT = "district"
    PUBLIC = "public"


class DisclosureSecretRefused(AdoptionError):
    """The secret parameter is not set, or outside the limits of the rule file."""

    def __init__(self, *, low: int, high: int, is_set: bool) -> None:
        state = "lies outside the limits" if is_set else "is not set"
        super().__init__(
            f"the secret parameter p {state}; tables need CHO40_DISCLOSURE_P_PERCENT "
            f"from {low} to {high}"
        )
        self.low, self.high, self.is_set = low, high, is_set


@dataclass(frozen=True, slots=True)
class ProductRule:
    """What one product may show."""

    product: TableProduct
    valid_from: date
    shows_all: bool
    """The reader knows everybody behind the figures anyway."""
    cell: CellRule
    rate_base_min: int
    """Shares of fewer vendors than these are not told."""
    coverage_min: Fraction
    """Value cells of markets with less data coverage (S6) are not told."""
    count_shown_min: int
    """Counts from 1 up to below it are told as "<5"."""
    count_rounding_base: int
    """1 = counts are exact."""


@cache
def rule_file_sha256() -> str:
    """Return the digest of the rule file, to be named beside what was made by it.

    The secret is not in the file, nor can it be told from the digest.
    """
    return hashlib.sha256(_rule_file()).hexdigest()


def product_rules(p_percent: int | None) -> Mapping[TableProduct, ProductRule]:
    """Return the rules of every product.

    Args:
        p_percent: the secret of the deployment.

    Raises:
        DisclosureSecretRefused: the secret is missing or outside its limits.
    """
    told = tomllib.loads(_rule_file().decode())
    low, high = told["p_percent_min"], told["p_percent_max"]
    if p_percent is None or not low <= p_percent <= high:
        raise DisclosureSecretRefused(low=low, high=high, is_set=p_percent is not None)
    return {
        product: ProductRule(
            product=product,
            valid_from=row["valid_from"],
            shows_all=row["shows_all"],
            cell=CellRule(row["holdings_min"], Fraction(p_percent)),
            rate_base_min=row["rate_base_min"],
            coverage_min=Fraction(row["coverage_min_percent"], 100),
            count_shown_min=row["count_shown_min"],
            count_rounding_base=row["count_rounding_base"],
        )
        for product in TableProduct
        for row in [told[product.value]]
    }


def rules_or_strictest(p_percent: int | None) -> Mapping[TableProduct, ProductRule]:
    """Return the rules of every product; where no secret is set, with the largest p there is.

    The largest p hides most. It can be guessed, so a deployment sets its own.
    """
    told = tomllib.loads(_rule_file().decode())
    return product_rules(told["p_percent_max"] if p_percent is None else p_percent)


def _rule_file() -> bytes:
    return files("market.adoption.disclosure").joinpath("rules.toml").read_bytes()
