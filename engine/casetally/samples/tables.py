"""Why: the 48 tables of one made-up authority, each made from what came before it, all agreeing with one another."""

from __future__ import annotations

import numpy as np
import polars as pl

from casetally.samples import care as in_care
from casetally.samples import (
    care_work,
    demand,
    elsewhere,
    leaving,
    need,
    people,
    protection,
    workforce,
)
from casetally.samples.cases import Cases, make_cases
from casetally.samples.early_help import Support, early_help_tables, make_support
from casetally.samples.episodes import ASSESSED, make_episodes
from casetally.samples.people import People
from casetally.samples.setting import OPEN, Setting
from casetally.samples.workforce import Stages
from casetally.schemas import load_schemas

Tables = dict[str, pl.DataFrame]


def make_tables(setting: Setting) -> Tables:
    """Every table of the data model, in its columns' order; ids are still numbers."""
    folk = people.make_people(setting)
    cases = make_cases(setting, folk, make_episodes(setting, folk))
    care = in_care.make_care(setting, folk, cases)
    support = make_support(setting, folk, cases)
    leavers = leaving.make_leavers(setting, folk, care)
    posts = workforce.make_posts(setting)
    tables = _front_door(setting, folk, cases, posts)
    tables |= early_help_tables(setting, support)
    tables |= _protection_and_need(setting, folk, cases, posts)
    tables |= _care(setting, folk, care, posts)
    tables |= _leaving(setting, folk, care, leavers, posts)
    tables |= _wider(setting, folk, cases, care)
    held = workforce.held_by_workers(setting, posts, _stages(folk, cases, care, support, leavers))
    tables["workers"] = workforce.workers_table(setting, posts)
    tables["allocations"] = workforce.allocations_table(setting, held)
    tables["supervisions"] = workforce.supervisions_table(setting, held)
    tables |= _children(setting, folk, tables)
    shapes = load_schemas().tables
    return {name: tables[name].select(list(shapes[name].columns)) for name in sorted(shapes)}


def _front_door(setting: Setting, folk: People, cases: Cases, posts: workforce.Posts) -> Tables:
    assessments = demand.assessments_table(setting, cases, posts)
    return {
        "contacts": demand.contacts_table(setting, folk, cases),
        "referrals": demand.referrals_table(setting, cases, posts),
        "assessments": assessments,
        "assessment_factors": demand.factors_table(setting, assessments),
    }


def _protection_and_need(setting: Setting, folk: People, cases: Cases, posts: workforce.Posts) -> Tables:
    conferences = protection.conferences_table(setting, cases)
    return {
        "strategy_discussions": protection.strategy_table(setting, cases),
        "s47_enquiries": protection.enquiries_table(setting, cases, posts),
        "cp_conferences": conferences,
        "conference_attendances": protection.attendances_table(setting, conferences),
        "cp_plans": protection.plans_table(setting, cases, posts),
        "cp_visits": protection.cp_visits_table(setting, cases),
        "cp_reviews": protection.cp_reviews_table(setting, cases),
        "core_groups": protection.core_groups_table(setting, cases),
        "cin_plans": need.cin_plans_table(setting, folk, cases, posts),
        "cin_visits": need.cin_visits_table(setting, cases),
        "cin_reviews": need.cin_reviews_table(setting, cases),
        "pre_proceedings": need.pre_proceedings_table(setting, cases),
        "edge_of_care": need.edge_of_care_table(setting, folk, cases),
    }


def _care(setting: Setting, folk: People, care: in_care.Care, posts: workforce.Posts) -> Tables:
    placements = in_care.make_placements(setting, care)
    return {
        "care_periods": in_care.care_periods_table(setting, care, posts),
        "placements": in_care.placements_table(setting, folk, care, placements),
        "legal_statuses": in_care.legal_statuses_table(setting, care),
        "immigration_statuses": in_care.immigration_table(setting, care),
        "care_visits": care_work.care_visits_table(setting, care, placements),
        "care_reviews": care_work.care_reviews_table(setting, care),
        "care_plans": care_work.care_plans_table(setting, care),
        "visit_plans": care_work.visit_plans_table(setting, care),
        "health_checks": care_work.health_checks_table(setting, folk, care),
        "annual_health_outcomes": care_work.annual_health_table(setting, folk, care),
        "sdq_scores": care_work.sdq_table(setting, folk, care),
        "education_plans": care_work.education_plans_table(setting, folk, care),
    }


def _leaving(
    setting: Setting,
    folk: People,
    care: in_care.Care,
    leavers: leaving.Leavers,
    posts: workforce.Posts,
) -> Tables:
    return {
        "permanence": leaving.permanence_table(setting, care),
        "care_leavers": leaving.care_leavers_table(setting, leavers, posts),
        "care_leaver_contacts": leaving.leaver_contacts_table(setting, leavers),
        "pathway_plans": leaving.pathway_plans_table(setting, folk, care, leavers),
    }


def _wider(setting: Setting, folk: People, cases: Cases, care: in_care.Care) -> Tables:
    return {
        "missing_episodes": elsewhere.missing_table(setting, folk, cases, care),
        "exploitation_risks": elsewhere.exploitation_table(setting, folk, cases),
        "home_education": elsewhere.home_education_table(setting, folk),
        "ehc_assessments": elsewhere.ehc_table(setting, folk),
        "child_links": people.child_links_table(setting, folk),
        "populations": elsewhere.populations_table(setting),
        "supplied_figures": elsewhere.supplied_table(setting),
    }


def _stages(
    folk: People,
    cases: Cases,
    care: in_care.Care,
    support: Support,
    leavers: leaving.Leavers,
) -> Stages:
    """Who works with each child when: assessment, safeguarding, care, leaving care, early help, and reviewing."""
    on_plan = cases.plan_from < cases.plan_to
    in_need = cases.need_from < cases.need_to
    beyond = np.where(on_plan, cases.plan_from, np.where(in_need, cases.need_from, OPEN))
    assessed = np.minimum(np.minimum(beyond, cases.care_from), cases.closed)
    helped = np.minimum(cases.closed, cases.care_from)
    everyone, cared = cases.path >= ASSESSED, np.ones(len(care.child), dtype=bool)
    team = np.where(on_plan, protection.safeguarding_team(cases.family), need.need_team(folk, cases))
    s, ours = Stages.of, (cases.child, cases.family)
    return workforce.together([
        s(ours, demand.assessment_team(cases.family), cases.decided, assessed, everyone),
        s(ours, team, beyond, helped, on_plan | in_need),
        s(ours, workforce.REVIEWING, cases.plan_from, cases.plan_to, on_plan),
        s((care.child, care.family), workforce.IN_CARE, care.starts, care.ends, cared),
        s((care.child, care.family), workforce.REVIEWING, care.starts, care.ends, cared),
        s((leavers.child, leavers.family), workforce.LEAVING_CARE, leavers.starts, leavers.ends, leavers.ends > 0),
        s((support.child, support.family), workforce.EARLY_HELP_TEAM, support.starts, support.ends, support.ends > 0),
    ])  # fmt: skip


def _children(setting: Setting, folk: People, tables: Tables) -> Tables:
    """The children that any record names, and no others: a system holds those it has met."""
    met = np.zeros(len(folk.born), dtype=bool)
    for table in tables.values():
        for column in ("child_id", "linked_child_id"):
            if column in table.columns:
                met[table[column].drop_nulls().to_numpy()] = True
    named = pl.Series(np.flatnonzero(met))
    return {
        "children": people.children_table(setting, folk).filter(pl.Series(met, dtype=pl.Boolean)),
        "disabilities": people.disabilities_table(setting, folk).filter(pl.col("child_id").is_in(named.implode())),
    }
