"""Why: merged, adopted and formerly unborn identities are one child for look-backs and distinct counts (rules: Counting)."""

from __future__ import annotations

from spec.tables import expect, given


def test_a_referral_of_an_earlier_identity_makes_a_re_referral() -> None:
    referrals = """
        referrals
        child_id | received_on
        unborn   | 2023-01-10
        ann      | 2023-06-10
        """
    linked = f"{referrals}\n\nchild_links\nchild_id | linked_child_id\nann | unborn"
    for tables, again in ((referrals, 0), (linked, 1)):
        expect(
            given(tables, as_at="2023-06-30").figures("rereferrals_12m"),
            f"""
            period  | numerator | denominator
            2023-06 | {again}   | 1
            """,
        )


def test_links_reach_through_others_and_run_both_ways() -> None:
    care = given(
        """
        care_periods
        child_id | started_on
        third    | 2023-01-01
        first    | 2023-02-01
        other    | 2023-02-01

        child_links
        child_id | linked_child_id
        second   | first
        second   | third
        """,
        as_at="2023-06-30",
    )
    expect(
        care.figures("cla_open", "cla_started"),
        """
        indicator   | period  | numerator
        cla_open    | 2023-02 | 2
        cla_open    | 2023-06 | 2
        cla_started | 2023-02 | 2
        cla_started | 2023-06 | 0
        """,
    )


def test_a_visit_to_the_linked_child_is_a_visit_to_the_child_in_need() -> None:
    visits = given(
        """
        cin_plans
        child_id | started_on
        ann      | 2023-01-01

        cin_visits
        child_id | visited_on
        unborn   | 2023-06-01

        child_links
        child_id | linked_child_id
        ann      | unborn
        """,
        as_at="2023-06-30",
    )
    expect(
        visits.figures("cin_visit_6w"),
        """
        period  | numerator | denominator
        2023-06 | 1         | 1
        """,
    )


def test_rows_are_counted_as_rows_whoever_the_child_is() -> None:
    contacts = given(
        """
        contacts
        child_id | received_on
        ann      | 2023-06-01
        unborn   | 2023-06-01

        child_links
        child_id | linked_child_id
        ann      | unborn
        """,
        as_at="2023-06-30",
    )
    expect(
        contacts.figures("contacts_received"),
        """
        period  | numerator
        2023-06 | 2
        """,
    )
