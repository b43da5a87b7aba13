"""A market with three posters, on both kinds of database."""

import pytest

from tests.merchants.audits.audit_world import Audits
from tests.merchants.conftest import Register


@pytest.fixture
def audits(register: Register) -> Audits:
    """Stalls A001, B001 and B002 with posters hung on 2 November."""
    return Audits(register)


@pytest.fixture
def sqlite_audits(sqlite_register: Register) -> Audits:
    """The same, for what does not depend on the kind of database."""
    return Audits(sqlite_register)
