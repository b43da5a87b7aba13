"""The data dictionary: the catalogue as a table for people and for machines."""

from collections.abc import Mapping

from market.adoption.definitions import DICTIONARY

OWNER = "Chợ 4.0"


def dictionary_rows() -> list[Mapping[str, str]]:
    """Return one row per measure, all values text, in the order of the catalogue.

    The columns are those of a dictionary row. Source: domain.md 13.2.
    """
    return [
        {
            "id": one.id,
            "name_vi": one.name_vi,
            "name_en": one.name_en,
            "definition_vi": one.formula_vi,
            "definition_en": one.formula_en,
            "unit": one.unit.value,
            "numerator_vi": one.numerator_vi,
            "numerator_en": one.numerator_en,
            "denominator_vi": one.denominator_vi,
            "denominator_en": one.denominator_en,
            "exclusions_vi": one.exclusions_vi,
            "exclusions_en": one.exclusions_en,
            "note_vi": one.note_vi,
            "note_en": one.note_en,
            "window": one.span.value,
            "source_vi": one.source_vi,
            "source_en": one.source_en,
            "owner": OWNER,
            "valid_from": one.valid_from.isoformat(),
            "valid_to": one.valid_to.isoformat() if one.valid_to else "",
            "legal_basis": one.legal_basis,
            "disclosure_class": one.disclosure.value,
            "change_log": "; ".join(one.change_log),
        }
        for one in DICTIONARY.values()
    ]
