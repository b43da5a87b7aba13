"""A fault told with what to do about it, so that whoever shows it can set the two apart."""

from merchants.sentences import Sentence

_INSIDE, _WHOLE, _OF_A_COLUMN = "{why}: {fix}", "{why}. {fix}.", "{title} {fault}."


def remedied(why: str, fix: str) -> Sentence:
    """Return a fault as it goes on after the name of a column or field: ``why: fix``."""
    return Sentence(_INSIDE, why=Sentence.of(why), fix=Sentence.of(fix))


def remedied_whole(why: str, fix: str) -> Sentence:
    """Return a fault as two sentences: ``Why. Fix.``"""
    return Sentence(_WHOLE, why=Sentence.of(why), fix=Sentence.of(fix).begun())


def of_column(title: str, fault: str) -> Sentence:
    """Return a fault as a sentence that begins with the title of its column."""
    return Sentence(_OF_A_COLUMN, title=Sentence.of(title), fault=Sentence.of(fault))


def why_and_fix(told: str) -> tuple[Sentence, Sentence | None]:
    """Return the two halves of a fault, each a whole sentence; ``None`` = nothing is to be done."""
    sentence = Sentence.of(told)
    values = sentence.values
    match sentence.template:
        case "{why}: {fix}" | "{why}. {fix}.":
            return _ended(values["why"]), _ended(values["fix"])
        case "{title} {fault}.":
            fault = Sentence.of(values["fault"])
            if fault.template == _INSIDE:
                return of_column(values["title"], fault.values["why"]), why_and_fix(fault)[1]
    return sentence, None


def _ended(part: str) -> Sentence:
    sentence = Sentence.of(part).begun()
    return sentence if sentence.endswith(".") else Sentence("{told}.", told=sentence)
