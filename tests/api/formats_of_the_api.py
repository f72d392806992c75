"""For schemathesis: texts of the formats that the API's description names and JSON Schema does not know."""

import json
from datetime import date

import schemathesis
from hypothesis import strategies as st

from lantoa.web.api.waiting import KINDS
from models.queries.tally import KEYS

days = st.dates(date(1990, 1, 1), date(2100, 1, 1)).map(date.isoformat)
years = st.integers(1, 9999).map("{:04}".format)
periods = st.one_of(
    years,
    st.builds("{}-Q{}".format, years, st.integers(1, 4)),
    days,
    days.map(lambda day: day[:7]),
    st.lists(days, min_size=2, max_size=2).map(lambda pair: "..".join(sorted(pair))),
)
schemathesis.openapi.format("lantoa-period", periods)
schemathesis.openapi.format("lantoa-day", days)
schemathesis.openapi.format("lantoa-keys", st.lists(st.sampled_from(KEYS), unique=True).map(",".join))
ids = st.text("0123456789abcdef", min_size=1)
schemathesis.openapi.format("lantoa-cursor", st.tuples(days, ids).map(json.dumps))
schemathesis.openapi.format("lantoa-case", st.tuples(st.sampled_from(KINDS), days, ids).map(json.dumps))
