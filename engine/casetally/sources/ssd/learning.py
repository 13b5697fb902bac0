"""Why: an education, health and care assessment names its request, the request its record of needs, and that the child."""

from __future__ import annotations

import polars as pl

from casetally.sources.building import Made, Problem, findings_of, lines, table_of
from casetally.sources.dates import iso_days
from casetally.sources.ssd.extract import Extract
from casetally.sources.ssd.making import Lookups, known_of, modelled, numbered_records

_COLUMNS = {
    "assessment_id": "ehca_ehcp_assessment_id",
    "child_id": "_child",
    "requested_on": "_requested",
    "issued_on": "_issued",
    "outcome": "ehca_ehcp_assessment_outcome",
    "exception": "ehca_ehcp_assessment_exceptions",
}
_NO_REQUEST = Problem(
    "ssd_no_request",
    "error",
    "ehca_ehcp_request_id",
    "The child and the day of the request can't be told: its request, or that request's child, is not in the data.",
    pl.lit(True),
)


def read_assessments(extract: Extract, lookups: Lookups) -> list[Made]:
    """`ehc_assessments`. A row whose request or child is not there is set aside."""
    frame = extract.frame("ssd_ehcp_assessment")
    if frame is None:
        return []
    requests, send = extract.frame("ssd_ehcp_requests"), extract.frame("ssd_send")
    plans = extract.frame("ssd_ehcp_named_plan")
    by = "ehca_ehcp_request_id"
    told = (
        (by, known_of(requests, "ehcr_ehcp_request_id", "ehcr_send_table_id", (by, "_send"))),
        (by, known_of(requests, "ehcr_ehcp_request_id", "ehcr_ehcp_req_date", (by, "_requested"))),
        ("_send", known_of(send, "send_table_id", "send_person_id", ("_send", "_child"))),
        (
            "ehca_ehcp_assessment_id",
            known_of(plans, "ehcn_ehcp_asmt_id", "ehcn_named_plan_start_date", ("ehca_ehcp_assessment_id", "_issued")),
        ),
    )
    for key, known in told:
        if known is not None and key in frame.columns:
            frame = frame.join(known, on=key, how="left", maintain_order="left")
    if not {"_child", "_requested"} <= set(frame.columns):
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("_child")).drop("_requested", strict=False)
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("_requested"))
    days = [iso_days(frame[name]) for name in ("_requested", "_issued") if name in frame.columns]
    frame = frame.with_columns(days)
    whole = pl.col("_child").is_not_null() & pl.col("_requested").is_not_null()
    lost = frame.filter(~whole)
    records = numbered_records(modelled(frame.filter(whole), "ehc_assessments", lookups, _COLUMNS), "ehc_assessments")
    rows = pl.concat([lines(records, "carried", "ehc_assessments"), lines(lost, "set_aside")])
    found = findings_of(lost, "ehc_assessments", _NO_REQUEST, pl.col("ehca_ehcp_assessment_id"))
    return [Made((table_of("ehc_assessments", records),), rows, found)]
