"""What the command line says of a faulty policy: in the reader's language, with line, key path and what is allowed."""

from __future__ import annotations

import pytest

from weixi.kernel.errors import Invalid
from weixi.policy.document.dump import dump_policy
from weixi.policy.document.shipped import build_shipped
from weixi.project.commands.policy import _load


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'assignee = "customer.owner"',
            'assignee = "role:king"',
            ("deadline[0].assignee (A-3)", "role:", "supervisor"),
        ),
        (
            'opens_on = "contract.signed"',
            'opens_on = "contract.sigend"',
            ("没有", "order.placed", "是否想写 contract.signed"),
        ),
        ("mid_from = 30000", 'mid_from = "三万"', ("grading.spend.mid_from", "须为数字")),
        ('within = "PT24H"', 'within = "24h"', ("deadline[0].within", "不是时长")),
    ],
)
def test_a_fault_is_told_with_its_place_and_the_way_out(tmp_path, old, new, said) -> None:
    path = tmp_path / "p.toml"
    text = dump_policy(build_shipped("quadrant"))
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        _load(path)
    assert all(word in str(refused.value) for word in ("第 ", *said)), str(refused.value)


def test_a_file_that_is_not_there(tmp_path) -> None:
    with pytest.raises(Invalid, match=r"文件 none\.toml 读不出来"):
        _load(tmp_path / "none.toml")
