from __future__ import annotations

import pytest

from weixi.kernel.pinyin import pinyin_key, syllables


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张三", "zhang san"),
        ("曾诗瑶", "zeng shi yao"),
        ("单于明", "chan yu ming"),
        ("仇和", "qiu he"),
        ("尉迟恭", "yu chi gong"),
        ("重庆长江机械厂", "chong qing chang jiang ji xie chang"),
        ("中国工商银行", "zhong guo gong shang yin hang"),
        ("厦门大厦", "xia men da sha"),
        ("吕布", "lv bu"),
        ("ＡＢＣ科技", "abc ke ji"),
        ("Müller GmbH & Co. 3", "muller gmbh co 3"),
        ("𠮷野家", "ji ye jia"),
        ("(上海)启明", "shang hai qi ming"),
        ("!!", "~!!"),
        ("", "~"),
    ],
)
def test_pinyin_key(name: str, key: str) -> None:
    assert pinyin_key(name) == key


def test_syllables_without_surname_reading() -> None:
    assert syllables("解放", surname=False) == ("jie", "fang")
    assert syllables("解放") == ("xie", "fang")


def test_pinyin_sorts_by_syllable() -> None:
    names = ["先", "西安", "阿里", "章三", "张四"]
    assert sorted(names, key=pinyin_key) == ["阿里", "西安", "先", "章三", "张四"]


def test_pinyin_key_is_cut() -> None:
    assert len(pinyin_key("张" * 200)) == 200
