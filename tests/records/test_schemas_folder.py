"""Why: the schemas are edited by people, so what ships must be whole, and a slip must be shown where it stands."""

from __future__ import annotations

import re
import shutil

import pytest
from casetally.errors import DefinitionError
from casetally.records.references import in_reference_order
from casetally.records.row_rules import read_checks
from casetally.schemas import load_schemas
from casetally.shipped import shipped_folder

SHIPPED = load_schemas()


def test_every_column_says_what_it_is():
    silent = [
        (t.table, name) for t in SHIPPED.tables.values() for name, column in t.columns.items() if not column.about
    ]
    assert silent == []
    assert sum(len(t.columns) for t in SHIPPED.tables.values()) == 335


@pytest.mark.parametrize("name", sorted(SHIPPED.tables))
def test_the_checks_of_a_table_can_be_meant_and_say_a_sentence(name):
    table = SHIPPED.tables[name]
    assert set(read_checks(table, SHIPPED)) == set(table.checks)
    for rule, check in table.checks.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", rule)
        assert re.fullmatch(r"[A-Z].*\.", check.says)


def test_a_parent_is_judged_before_its_children():
    order = in_reference_order(SHIPPED)
    for name, table in SHIPPED.tables.items():
        for column in table.columns.values():
            assert column.references is None or order.index(column.references) < order.index(name)


@pytest.fixture
def edited(tmp_path):
    """edited(file, old, new): the shipped schemas with one text replaced."""
    folder = tmp_path / "schemas"
    shutil.copytree(shipped_folder("schemas"), folder)

    def edit(file, old, new):
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
        return load_schemas(folder)

    return edit


def test_a_misspelt_column_in_a_check_is_underlined(edited):
    schemas = edited("contacts.yaml", "expect: received_on <= completed_on", "expect: received_on <= complete_on")
    with pytest.raises(DefinitionError) as raised:
        read_checks(schemas.tables["contacts"], schemas)
    lines = str(raised.value).splitlines()
    assert re.match(r"schemas/contacts.yaml:\d+:28: There is no column 'complete_on' here\.", lines[0])
    assert lines[2].index("^") == lines[1].index("complete_on")
    assert "Did you mean 'completed_on'?" in lines[3]


def test_a_check_that_is_no_condition_is_refused(edited):
    schemas = edited("contacts.yaml", "expect: received_on <= completed_on", "expect: received_on")
    with pytest.raises(DefinitionError, match="Expected a yes/no"):
        read_checks(schemas.tables["contacts"], schemas)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("contacts.yaml", "begins: received_on", "begins: recieved_on", "'recieved_on' is not a column of contacts"),
        ("contacts.yaml", "references: children", "references: child", "There is no table 'child'"),
        (
            "contacts.yaml",
            "codes: referral_source",
            "codes: referral_sources",
            "There is no code list 'referral_sources'",
        ),
        ("cp_plans.yaml", "until: ended_on", "until: end_on", "'end_on' is not a column of cp_plans"),
        ("cp_plans.yaml", "severity: error", "severity: fatal", "Input should be 'error' or 'warning'"),
        ("contacts.yaml", "    required: true", "    mandatory: true", "'mandatory' is not known here"),
    ],
)
def test_a_name_that_does_not_exist_is_told_with_its_place(edited, file, old, new, says):
    with pytest.raises(DefinitionError, match=re.escape(says)) as raised:
        edited(file, old, new)
    assert raised.value.place.file == f"schemas/{file}"
    assert raised.value.place.line > 1


def test_tables_that_reference_each_other_in_a_circle_are_refused(edited):
    schemas = edited("children.yaml", "family_id:\n", "family_id:\n    references: cp_plans\n")
    with pytest.raises(DefinitionError, match=r"in a circle: .*children"):
        in_reference_order(schemas)
