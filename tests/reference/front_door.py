"""Why: contacts, referrals, assessments and early help, by the rules under "Contacts and referrals" and "Assessments"."""

from __future__ import annotations

from reference.world import Row, World, columns, latest

CHILD = ("child_id", "person_id")
CHILD_AND_TEAM = (*CHILD, "team")


def contacts(world: World) -> list[Row]:
    """Every contact, with the latest earlier day on which one about the same child was received."""
    found = []
    for row in world.tables["contacts"]:
        earlier = [
            other["received_on"]
            for other in world.tables["contacts"]
            if other["person_id"] == row["person_id"] and other["received_on"] < row["received_on"]
        ]
        found.append(
            {
                **columns(row, "contact_id", "received_on", "completed_on", "source", "method", "outcome"),
                **columns(row, "recommended_outcome", "consent", *CHILD_AND_TEAM),
                "previous_received_on": latest(earlier),
            }
        )
    return found


def referrals(world: World) -> list[Row]:
    """Every referral, with the latest receipt before it and the latest closure of an episode received before it."""
    found = []
    for row in world.tables["referrals"]:
        earlier = [
            other
            for other in world.tables["referrals"]
            if other["person_id"] == row["person_id"] and other["received_on"] < row["received_on"]
        ]
        closed = [
            other["closed_on"]
            for other in earlier
            if other["closed_on"] is not None and other["closed_on"] <= row["received_on"]
        ]
        found.append(
            {
                **columns(row, "referral_id", "received_on", "decided_on", "allocated_on", "closed_on"),
                **columns(row, "source", "primary_need", "outcome", "no_further_action", *CHILD_AND_TEAM),
                "previous_received_on": latest(other["received_on"] for other in earlier),
                "previous_closed_on": latest(closed),
            }
        )
    return found


def assessments(world: World) -> list[Row]:
    """Every assessment, with the receipt of the referral it names."""
    found = []
    for row in world.tables["assessments"]:
        referral = world.find("referrals", "referral_id", row["referral_id"])
        found.append(
            {
                **columns(row, "assessment_id", "referral_id", "started_on", "completed_on", "outcome"),
                **columns(row, *CHILD_AND_TEAM),
                "referral_received_on": referral["received_on"] if referral else None,
            }
        )
    return found


def early_help_assessments(world: World) -> list[Row]:
    """Every early help assessment."""
    return [
        columns(row, "assessment_id", "started_on", "completed_on", "initiated_by", *CHILD)
        for row in world.tables["early_help_assessments"]
    ]


def early_help_episodes(world: World) -> list[Row]:
    """Every early help episode with its family: the episode's, else the child's, else the child alone.

    A child alone is a family of its own whatever its id, so it is marked to differ from any family's id.
    """
    found = []
    for row in world.tables["early_help_episodes"]:
        child = world.find("children", "child_id", row["child_id"])
        family = row["family_id"] or (child["family_id"] if child else None) or f"alone: {row['person_id']}"
        found.append(
            {
                **columns(row, "episode_id", "started_on", "ended_on", "reason", "lead", "source", *CHILD_AND_TEAM),
                "family": family,
            }
        )
    return found
