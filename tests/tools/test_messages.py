"""The catalogue tool: what it collects, how it merges, and that Python's gettext reads what it writes."""

from __future__ import annotations

import gettext
import importlib.util
import io
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("weixi_messages", ROOT / "tools" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_sentences_of_code_are_found_with_plural_and_context(tool: ModuleType) -> None:
    code = '_("One")\nx = ngettext("%(n)s day", "%(n)s days", n)\npgettext_lazy("verb", "Open")\n_(name)\nother("No")\n'
    found = {(e.key.context, e.key.msgid, e.plural, e.place) for e in tool.sentences_of_python(code, "a.py")}
    assert found == {
        ("", "One", "", "a.py:1"),
        ("", "%(n)s day", "%(n)s days", "a.py:2"),
        ("verb", "Open", "", "a.py:3"),
    }


def test_sentences_of_templates_are_found(tool: ModuleType) -> None:
    page = (
        '{% translate "Save" %}{% note _("Saved.") %}{% translate "Open" context "verb" %}'
        "{% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    )
    found = {(e.key.context, e.key.msgid, e.plural) for e in tool.sentences_of_template(page, "a.html")}
    assert found == {("", "Save", ""), ("", "Saved.", ""), ("verb", "Open", ""), ("", "%(n)s row", "%(n)s rows")}


def part(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_compiled_sentences_are_read_back(tool: ModuleType, tmp_path: Path) -> None:
    part(
        tmp_path,
        "a.po",
        '#: where\nmsgid "Save"\nmsgstr "保存"\n\nmsgctxt "verb"\nmsgid "Open"\nmsgstr "打开"\n\n'
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s 天"\n\nmsgid ""\n"Two "\n"lines"\nmsgstr "两\\n行"\n',
    )
    entries = list(tool.merge(tmp_path).values())
    read = gettext.GNUTranslations(io.BytesIO(tool.as_mo(entries, "zh_Hans")))
    assert read.gettext("Save") == "保存"
    assert read.pgettext("verb", "Open") == "打开"
    assert [read.ngettext("%(n)s day", "%(n)s days", n) for n in (1, 2)] == ["%(n)s 天"] * 2
    assert read.gettext("Two lines") == "两\n行"
    english = gettext.GNUTranslations(io.BytesIO(tool.as_mo(tool.english(entries), "en")))
    assert [english.ngettext("%(n)s day", "%(n)s days", n) for n in (1, 2)] == ["%(n)s day", "%(n)s days"]


def test_two_parts_that_disagree_are_refused_with_both_places(tool: ModuleType, tmp_path: Path) -> None:
    part(tmp_path, "a.po", 'msgid "Save"\nmsgstr "保存"\n')
    part(tmp_path, "b.po", '\nmsgid "Save"\nmsgstr "存储"\n')
    with pytest.raises(tool.CatalogueError, match=r"b\.po:2.*a\.po:1"):
        tool.merge(tmp_path)


def test_a_line_that_cannot_be_read_is_named(tool: ModuleType, tmp_path: Path) -> None:
    part(tmp_path, "a.po", 'msgid "Save"\nmsgstr 保存\n')
    with pytest.raises(tool.CatalogueError, match=r"a\.po:2"):
        tool.merge(tmp_path)


def test_check_names_missing_dead_and_broken_ones(tool: ModuleType) -> None:
    def entry(msgid: str, *texts: str, plural: str = "") -> object:
        return tool.Entry(tool.Key(msgid), plural, list(texts), "x:1")

    used = {e.key: e for e in (entry("New"), entry("Kept"), entry("%(n)s left"), entry("One", plural="Many"))}
    known = {
        e.key: e
        for e in (entry("Kept", "留"), entry("Dead", "死"), entry("%(n)s left", "剩 %(x)s"), entry("One", "一"))
    }
    said = "\n".join(tool.problems(used, known))
    assert "not translated: 'New'" in said
    assert "no longer used: 'Dead'" in said
    assert "%(x)s is not in" in said
    assert "one and many do not agree" in said
    assert "Kept" not in said


def test_the_hook_reads_the_dependencies_of_the_wheel() -> None:
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("weixi_hook", ROOT / "tools" / "wheel_dependencies.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.requirements("# c\nDjango>=5.2,<5.3  # why\n\n-r other.in\nhtmx\n") == ["Django>=5.2,<5.3", "htmx"]
    metadata: dict[str, list[str]] = {}
    module.DependenciesHook(str(ROOT), {}).update(metadata)
    assert "Django>=5.2,<5.3" in metadata["dependencies"]


def test_the_front_ends_lock_names_no_address() -> None:
    lock = (ROOT / "weixi" / "web" / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert "integrity" in lock
    assert "http" not in lock and "file:" not in lock and "resolved" not in lock
