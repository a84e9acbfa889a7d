"""Line breaks of templates are nothing; everything else is drawn as it stands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from django.template import Engine
from hypothesis import given
from hypothesis import strategies as st

from weixi.web.loading import squeeze

TOOLS = Path(__file__).resolve().parents[3] / "tools"


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("<a>\n  x\n</a>", "<a>x</a>"),
        ("<b>a</b>\n\n\t<b>b</b>", "<b>a</b><b>b</b>"),
        ("a b \n  c", "a b c"),
        ("<pre>a\n  b</pre>\n<p>", "<pre>a\n  b</pre><p>"),
        ("no break", "no break"),
    ],
)
def test_breaks_and_indentation_go(written: str, drawn: str) -> None:
    assert squeeze(written) == drawn


def test_the_loader_squeezes_what_is_nested_and_included_and_keeps_the_lines_of_errors(tmp_path: Path) -> None:
    (tmp_path / "whole.html").write_text(
        '{% for x in xs %}\n  <i>\n    {{ x }}\n  </i>\n{% endfor %}\n{% include "part.html" %}\n'
    )
    (tmp_path / "part.html").write_text("<u>\n  end\n</u>\n")
    (tmp_path / "plain.txt").write_text("a\n  b\n")
    engine = Engine(
        dirs=[str(tmp_path)],
        loaders=[("weixi.web.loading.Loader", ["django.template.loaders.filesystem.Loader"])],
        debug=True,
    )
    for _again in range(2):
        assert engine.render_to_string("whole.html", {"xs": "ab"}) == "<i>a</i><i>b</i><u>end</u>"
    assert engine.render_to_string("plain.txt") == "a\n  b\n"
    (tmp_path / "wrong.html").write_text("<p>\n  {{ x|nothing }}\n</p>\n")
    with pytest.raises(Exception, match="nothing") as refused:
        engine.get_template("wrong.html")
    assert refused.value.template_debug["line"] == 2  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def tool() -> Any:
    sys.path.insert(0, str(TOOLS))
    try:
        import templates
    finally:
        sys.path.remove(str(TOOLS))
    return templates


WIDE = "x" * 70


@pytest.mark.parametrize(
    ("source", "laid"),
    [
        ("<p>short</p>", "<p>short</p>\n"),
        (f"<div><p>{WIDE}</p><p>{WIDE}</p></div>", f"<div>\n  <p>{WIDE}</p>\n  <p>{WIDE}</p>\n</div>\n"),
        # A space between two words is seen: no break there.
        (f"<b>{WIDE}</b> <b>{WIDE}</b>", f"<b>{WIDE}</b> <b>{WIDE}</b>\n"),
        (
            f"{{% if a %}}<p>{WIDE}</p>{{% else %}}<p>{WIDE}</p>{{% endif %}}",
            f"{{% if a %}}\n  <p>{WIDE}</p>\n{{% else %}}\n  <p>{WIDE}</p>\n{{% endif %}}\n",
        ),
        # Opened in one branch and closed in another: pieces of their own, nothing lost.
        (
            "{% if a %}<a>{% endif %}x{% if a %}</a>{% endif %}",
            "{% if a %}<a>{% endif %}x\n{% if a %}</a>{% endif %}\n",
        ),
        ('<i title="{% if a > b %}>{% endif %}">x</i>', '<i title="{% if a > b %}>{% endif %}">x</i>\n'),
    ],
)
def test_a_template_is_laid_out(tool: Any, source: str, laid: str) -> None:
    assert tool.laid_out(source) == laid
    assert tool.laid_out(laid) == laid


PARTS = [
    "<div>", "</div>", "<b>", "</b>", "<br>", "{% if x %}", "{% else %}", "{% endif %}", "{{ y }}", "{# z #}",
    " ", "word", "{% translate \"a\" %}", "{% blocktranslate %}a  b{% endblocktranslate %}", '<i a="{% if c %}>{% endif %}">',
    "<pre>\n  a\n</pre>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=60))
def test_whatever_is_laid_out_is_drawn_the_same(tool: Any, parts: list[str]) -> None:
    source = "".join(parts)
    laid = tool.laid_out(source)
    assert squeeze(laid).strip() == squeeze(source).strip()
    assert tool.laid_out(laid) == laid
