"""What a survey refuses."""

from market.adoption.errors import AdoptionError


class SurveyNotFound(AdoptionError):
    """There is no such survey, or it reaches beyond what the reader may see."""

    def __init__(self, survey_id: int) -> None:
        super().__init__(f"no survey {survey_id}")
        self.survey_id = survey_id


class SurveyVisitNotFound(AdoptionError):
    """A market has no such visit drawn."""

    def __init__(self, market_code: str, visit_id: int) -> None:
        super().__init__(f"market {market_code} has no survey visit {visit_id}")
        self.market_code, self.visit_id = market_code, visit_id


class SurveyFileRefused(AdoptionError):
    """A file of answers has not the columns it needs."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"the file of answers has no column {missing!r}")
        self.missing = missing
