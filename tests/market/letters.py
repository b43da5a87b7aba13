"""Who issues the reports of tests."""

from market.reports.paper import Letterhead
from market.reports.publishing import COPIES

HEAD = Letterhead(above="", issuer="Cơ quan lập báo cáo", place="", copies=COPIES)
