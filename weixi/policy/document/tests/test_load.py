from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.policy.document.load import LARGEST_FILE, load_policy, policy_of
from weixi.policy.document.plain import plain
from weixi.policy.document.problems import PolicyError, Problem
from weixi.policy.document.shipped import build_shipped
from weixi.policy.document.tests.samples import BARE, SMALL


def problems_of(source: str | Path | bytes) -> list[Problem]:
    with pytest.raises(PolicyError) as caught:
        load_policy(source)
    return caught.value.problems


def test_only_the_head_is_needed() -> None:
    policy = load_policy(BARE)
    assert (policy.header.name, list(policy.rules), policy.grading) == ("x", [], None)


def test_text_bytes_and_path_are_read_alike(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_policy(file) == load_policy(SMALL) == load_policy(SMALL.encode())


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "line", "hint"),
    [
        ("within =", "witin =", "unknown_key", "deadline[0].witin", 29, "within"),
        ('grade = "core"', 'grade = "croe"', "unknown_grade", "cadence[0].where.grade", 37, "core"),
        ('"PT2H"', '"2h"', "duration_shape", "deadline[0].within", 29, None),
        ('"quadrant"', '"quadrnt"', "unknown_value", "grading.preset", 11, "quadrant"),
        ("times = 1", "times = 0", "greater_than_equal", "cadence[0].times", 39, None),
        ("times = 1", 'times = "1"', "int_type", "cadence[0].times", 39, None),
        ("weight = 0.4", 'weight = "x"', "number_type", "grading.indicator[0].weight", 17, None),
        ('"supervisor"', '"superviser"', "unknown_role", "deadline[0].escalate[0].to", 32, "supervisor"),
        ('"service_manager"\n[[', '"service_manger"\n[[', "unknown_role", "grading.approve_by", 13, "service_manager"),
        ("case.opened", "case.opend", "unknown_event_type", "deadline[0].opens_on", 26, "case.opened"),
        ("[[node]]", "[[nodes]]", "unknown_key", "nodes", 42, "node"),
        ('"C-1a"', '"N-2a"', "clause_twice", "cadence[0].clause", 36, None),
        ("effective_from = 2026-01-01\n", "", "missing", "policy.effective_from", 1, None),
        ("[30000, 60]", "[30000, 160]", "less_than_equal", "grading.indicator[0].bands[1][1]", 18, None),
        ("[30000, 60]", "[-5, 60]", "bands", "grading.indicator[0]", 14, None),
    ],
)
def test_a_fault_names_its_place(old: str, new: str, code: str, path: str, line: int, hint: str | None) -> None:
    assert SMALL.count(old) >= 1
    found = problems_of(SMALL.replace(old, new, 1))
    assert [(p.code, p.path, p.line, p.hint) for p in found] == [(code, path, line, hint)]


def test_the_clause_of_a_faulty_rule_is_said() -> None:
    (found,) = problems_of(SMALL.replace('"PT2H"', '"2h"'))
    assert found.clause == "N-2a"
    assert str(found) == 'line 29, deadline[0].within (N-2a): "2h" is no duration; write it like P4M, P7D or PT2H'


def test_all_faults_are_told_at_once() -> None:
    text = SMALL.replace("times = 1", "times = 0").replace('"PT2H"', '"2h"').replace("before", "befor")
    assert [p.path for p in problems_of(text)] == ["deadline[0].within", "cadence[0].times", "node[0].befor"]


def test_grade_and_lifecycle_names_are_free_without_grading() -> None:
    rule = '[[cadence]]\nclause = "c"\nevery = "P1M"\nwhere = { grade = "gold", lifecycle = "any" }\n'
    assert load_policy(BARE + rule).cadence[0].where == {"grade": "gold", "lifecycle": "any"}


def test_with_grading_lifecycle_names_are_the_usual_ones_unless_the_policy_lists_its_own() -> None:
    rule = '[grading]\npreset = "vip"\n[[cadence]]\nclause = "c"\nevery = "P1M"\nwhere = { lifecycle = "NAME" }\n'
    own = '[[lifecycle.stage]]\ncode = "any"\ntitle = "t"\n'
    assert load_policy(BARE + rule.replace("NAME", "loyal")).cadence[0].where == {"lifecycle": "loyal"}
    assert load_policy(BARE + own + rule.replace("NAME", "any")).cadence[0].where == {"lifecycle": "any"}
    for text in (rule.replace("NAME", "any"), own + rule.replace("NAME", "loyal")):
        (found,) = problems_of(BARE + text)
        assert (found.code, found.path) == ("unknown_lifecycle", "cadence[0].where.lifecycle")


@pytest.mark.parametrize(
    ("section", "code", "path"),
    [
        (
            '[[target]]\nkey = "a"\ntitle = "t"\nmetric = "m"\nvalue = 1\n',
            "unknown_metric",
            "target[0].metric",
        ),
        (
            '[[metric]]\nkey = "a"\ntitle = "t"\nformula = "f"\nunit = "pct"\nbetter = "up"\nclause = "Z"\n',
            "unknown_rule",
            "metric[0].clause",
        ),
        ('[plan]\napproval = "nobody"\n', "unknown_approval", "plan.approval"),
        ('[review]\nsource = "s"\nclause = "A-1"\n', None, ""),
        ('[gift.class.vip]\ntitle = "t"\napproval = "none"\n', "unknown_approval", "gift.class.vip.approval"),
        (
            '[[organisation.department]]\ncode = "a"\ntitle = "t"\n[control]\nexecuting = "b"\n',
            "unknown_department",
            "control.executing",
        ),
        ('[callback]\njoin = [ { rules = ["none"] } ]\n', "unknown_rule", "callback.join[0].rules"),
        ('[[chapter]]\nletter = "A"\ntitle = "t"\n' * 2, "twice", "chapter[1].letter"),
        (
            '[[chapter]]\nletter = "A"\ntitle = "t"\n'
            '[[clause]]\nid = "A-1"\nchapter = "A"\ntitle = "t"\ntext = "in {A-3.within}"\n',
            "dangling_placeholder",
            "clause[0].text",
        ),
        (
            '[[chapter]]\nletter = "A"\ntitle = "t"\n'
            '[[clause]]\nid = "A-1"\nchapter = "A"\ntitle = "t"\ntext = "t"\n[review]\nclause = "A-2"\n',
            "dangling_clause",
            "review.clause",
        ),
        ("[security.passwords]\nlength_from = 4\n", "greater_than_equal", "security.passwords.length_from"),
        (
            '[approval.a]\ntitle = "t"\nsteps = [ { act = "prepare", by = ["sales"] } ]\n',
            "approval_steps",
            "approval.a.steps",
        ),
        (
            '[[suggestion.reward]]\ncode = "A"\namount_from = 1\n[[suggestion.reward]]\ncode = "B"\namount_from = 0\n',
            "order",
            "suggestion.reward",
        ),
    ],
)
def test_references_and_limits_of_the_sections(section: str, code: str | None, path: str) -> None:
    if code is None:
        load_policy(BARE + section)
        return
    found = problems_of(BARE + section)
    assert [(p.code, p.path) for p in found] == [(code, path)]


SECTIONS = [key for key in plain(build_shipped()) if key != "policy"]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_typo_in_any_section_is_named(section: str) -> None:
    data = plain(build_shipped())
    table = data[section]
    place = section
    if isinstance(table, list):
        table, place = table[0], f"{section}[0]"
    elif section == "approval":
        name = next(iter(table))
        table, place = table[name], f"{section}.{name}"
    table["titel"] = "x"
    with pytest.raises(PolicyError) as caught:
        policy_of(data)
    assert [(p.code, p.path) for p in caught.value.problems] == [("unknown_key", f"{place}.titel")]
    assert "titel" in caught.value.problems[0].message


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("junk", [7, "text", [1], [[{}]], {"a": {"b": [None]}}, True])
def test_a_section_of_the_wrong_kind_is_refused(section: str, junk: object) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_of({**plain(load_policy(BARE)), section: junk})
    assert all(p.path.startswith(section) for p in caught.value.problems)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"\xff\xfe[\x00p\x00", "not_utf8"),
        (BARE + "\0", "nul"),
        ("x = " + "[" * 5000, "too_deep"),
        ("x = " + "{a=" * 5000, "too_deep"),
        (".".join("a" * 9000) + " = 1", "key_too_long"),
        ("[" + ".".join("a" * 9000) + "]", "key_too_long"),
        ("x" * (LARGEST_FILE + 1), "too_large"),
        (BARE + "x = 1\nx = 2", "toml_twice"),
        (BARE + "[policy]", "toml_twice"),
        (BARE + "x = {a = 1, a = 2}", "toml_twice"),
        (BARE + "x = 2026-02-30", "toml_date"),
        (BARE + "x = PT2H", "toml_value"),
        (BARE + "x = " + "9" * 5000, "toml_value"),
        (BARE + 'x = "a', "toml_open"),
        (BARE + "x = [1,", "toml_open"),
        (BARE + 'x = "C:\\Users"', "toml_escape"),
        (BARE.replace('"x"', '"\\u0000"'), "nul_sign"),
        ('x = """' + '\\"""' * 400_000, "toml_open"),
        ('x = "' + '\\"' * 800_000, "toml_open"),
        ("x = '''" + "''\\" * 300_000, "toml"),
        ("x" * 1_900_000, "toml"),
        ("x = '" + "~" * 1_900_000 + "'", "missing"),
        ("[[" * 20 + "\n", "too_deep"),
        (BARE + "\n".join(f"k{i} = 1" for i in range(5000)), "unknown_key"),
        (BARE + "[[target]]\nmetrik = 1\n" * 3000, "missing"),
        ("", "missing"),
        ('policy = "x"', "model_type"),
        (BARE.replace('"x"', '"""'), "toml_open"),
    ],
)
def test_hostile_input_is_a_clean_refusal(source: str | bytes, code: str) -> None:
    assert problems_of(source)[0].code == code


def test_a_number_without_end_has_its_line() -> None:
    assert problems_of(BARE + "\n# here\nx = " + "9" * 5000)[0].line == BARE.count("\n") + 3


def test_a_missing_file_is_a_clean_refusal(tmp_path: Path) -> None:
    assert [p.code for p in problems_of(tmp_path / "none.toml")] == ["unreadable"]
    assert [p.code for p in problems_of(tmp_path)] == ["unreadable"]


def test_a_file_that_is_not_toml_says_where() -> None:
    (found,) = problems_of(BARE + "within 3\n")
    assert (found.code, found.line) == ("toml", 5)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(SMALL)),
    st.integers(0, 30),
    st.text(st.sampled_from("[]{}=\"'#.,\\\n ab1-\u2028\x00é"), max_size=12),
)
def test_damaged_text_is_read_or_refused(place: int, cut: int, junk: str) -> None:
    try:
        policy = load_policy(SMALL[:place] + junk + SMALL[place + cut :])
    except PolicyError as error:
        assert error.problems
        assert str(error)
    else:
        assert policy.header.name
