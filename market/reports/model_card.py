"""The 4-G card of a market as the file that leaves the house."""

from datetime import date

from sqlmodel import Session, select

from market.adoption.definitions import CATALOGUE
from market.reports.plans import milli_text
from merchants.campaigns.model_cards import find_card
from merchants.tables import Market


def model_card_file(session: Session, market_code: str, programme_code: str, on: date) -> bytes:
    """Return a market's card as one A4 page: of a programme, or (empty) of the newest one.

    Raises:
        ModelCardNotFound: the market has no such card.
    """
    from market.documents.model_card import model_card_pdf

    card = find_card(session, market_code, programme_code)
    is_synthetic = session.exec(select(Market.is_synthetic).where(Market.code == market_code)).one()
    return model_card_pdf(
        card,
        indicator_names={id_: one.name_vi for id_, one in CATALOGUE.items()},
        value_texts={
            (value, one.unit.value): milli_text(value, one.unit)
            for one in card.objectives
            for value in (one.baseline_milli, one.target_milli)
            if value is not None
        },
        on=on,
        is_synthetic=is_synthetic,
    )
