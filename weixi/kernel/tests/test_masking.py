from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from weixi.kernel.masking import HIDDEN, SHOWN, STARS, Mask, characters, hide, mask

SHOWN_BESIDE = {Mask.NAME, Mask.EMAIL, Mask.ADDRESS, Mask.PHONE, Mask.BIRTHDAY}


@pytest.mark.parametrize(
    ("kind", "value", "seen"),
    [
        (Mask.PHONE, "13812345678", "138****5678"),
        (Mask.PHONE, "+8613812345678", "+86138****5678"),
        (Mask.PHONE, "１３８１２３４５６７８", "138****5678"),
        (Mask.PHONE, "0512-68001234", "0512-****234"),
        (Mask.PHONE, "051268001234", "0512****234"),
        (Mask.PHONE, "(0512)68001234", "(0512)****234"),
        (Mask.PHONE, "02168001234", "021****234"),
        (Mask.PHONE, "95588", "****8"),
        (Mask.PHONE, "110", "****"),
        (Mask.PHONE, "13812345678/13987654321", "138****5678/139****4321"),
        (Mask.EMAIL, "zhang.wei@hengtai.cn", "z****@hengtai.cn"),
        (Mask.EMAIL, "ab@x.cn", "****@x.cn"),
        (Mask.EMAIL, "@x.cn", "****"),
        (Mask.EMAIL, "nothing of the kind", "****"),
        (Mask.ID_NUMBER, "32050219800520123X", "320****123X"),
        (Mask.UNIFIED_CODE, "91320500MA1N4F8C2T", "9132****8C2T"),
        (Mask.ADDRESS, "江苏省苏州市工业园区星湖街 328 号", "江苏省苏州市****"),
        (Mask.ADDRESS, "星湖街 328 号", "****"),
        (Mask.ACCOUNT, "6222021234567890123", "****0123"),
        (Mask.ACCOUNT, "123", "****"),
        (Mask.WECHAT, "chenliqun88", "c****8"),
        (Mask.NAME, "陈立群", "陈**"),
        (Mask.NAME, "李四", "李**"),
        (Mask.NAME, "李", "**"),
        (Mask.BIRTHDAY, "1980-05-20", "****-05-20"),
        (Mask.BIRTHDAY, "--05-20", "****-05-20"),
        (Mask.BIRTHDAY, "May", "****"),
        (Mask.TEXT, "建设银行苏州分行", "****"),
        (Mask.TEXT, "  ", ""),
        (Mask.WECHAT, "\u202ech\u200benliqun88", "c****8"),
    ],
)
def test_what_is_seen(kind: Mask, value: str, seen: str):
    assert mask(value, kind) == seen


texts = (
    st.text(max_size=60)
    | st.from_regex(r"[0-9*+()\- /]{0,30}", fullmatch=True)
    | st.text("ab*é\u0301\u200d@", max_size=20)
)


@given(texts, st.sampled_from(list(Mask)))
@example("\xa8", Mask.PHONE)
def test_masking_twice_is_masking_once(value: str, kind: Mask):
    once = mask(value, kind)
    assert mask(once, kind) == once


@given(texts, st.integers(0, 5), st.integers(0, 5))
def test_no_more_is_shown_than_said(text: str, head: int, tail: int):
    made = hide(text, head, tail)
    front, _stars, back = made.partition(STARS)
    seen = list(characters(text))
    assert len(list(characters(front))) <= head
    assert len(list(characters(back))) <= tail
    assert text.startswith(front)
    assert text.endswith(back)
    if "*" not in text:
        assert len(seen) - len(list(characters(front))) - len(list(characters(back))) >= min(HIDDEN, len(seen))


@given(
    st.text(st.characters(exclude_characters="*"), min_size=1, max_size=40),
    st.sampled_from(sorted(set(Mask) - SHOWN_BESIDE)),
)
def test_a_kind_shows_what_its_line_says(value: str, kind: Mask):
    made = mask(value, kind)
    if not made:
        return
    head, tail = SHOWN[kind]
    front, _stars, back = made.partition(STARS)
    assert len(list(characters(front))) <= head
    assert len(list(characters(back))) <= tail


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_four_digits_of_a_mobile_number_stay_hidden(number: str):
    assert mask(number, Mask.PHONE) == f"{number[:3]}{STARS}{number[-4:]}"


@given(st.from_regex(r"[0-9()+ -]{1,24}", fullmatch=True))
def test_no_number_shows_all_its_digits(number: str):
    made = mask(number, Mask.PHONE)
    assert not made or STARS in made


@given(st.from_regex(r"[a-z.]{1,12}@[a-z]{1,8}\.cn", fullmatch=True))
def test_an_email_shows_one_letter_and_the_domain(address: str):
    local, _at, domain = address.partition("@")
    assert mask(address, Mask.EMAIL) == f"{local[:1] if len(local) > HIDDEN else ''}{STARS}@{domain}"


@given(st.text(max_size=40))
def test_nothing_that_reorders_text_is_left(value: str):
    for kind in Mask:
        assert not [
            char for char in mask(value, kind) if unicodedata.bidirectional(char) in {"RLO", "LRO", "RLI", "LRI", "FSI"}
        ]


@given(st.text(max_size=40))
def test_characters_lose_nothing(text: str):
    assert "".join(characters(text)) == text


def test_an_accent_stays_with_its_letter():
    assert list(characters("e\u0301a👍🏽")) == ["e\u0301", "a", "👍🏽"]
    assert SequenceMatcher(None, hide("e\u0301tienne88", 1, 0), "e\u0301****").ratio() == 1
