"""The sound of Chinese names: for sorting lists and for finding by sound or initials.

One reading per character, kept once looked up, so that a million names take seconds. Two small tables
put right what single characters get wrong: surnames read in a way of their own, and common words of
place and company names.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Single characters are asked for, never phrases: without their table the library takes 13 MB instead of 57.
# It reads these settings while it is imported.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import Style, lazy_pinyin

# Surname -> its reading as one; counts at the front of names of two to four characters.
SURNAMES: dict[str, str] = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "盖": "ge", "任": "ren", "区": "ou",
    "朴": "piao", "翟": "zhai", "尉": "wei", "乐": "yue", "缪": "miao", "华": "hua", "宁": "ning",
    "员": "yun", "折": "she", "佴": "nai", "秘": "bi", "冼": "xian", "覃": "qin", "繁": "po", "种": "chong",
    "召": "shao", "逄": "pang", "郇": "xun", "阚": "kan", "隗": "wei", "那": "na", "石": "shi", "祭": "zhai",
    "莘": "shen", "洗": "xian", "哈": "ha", "车": "che", "沈": "shen", "纪": "ji", "谌": "chen",
    "褚": "chu", "钭": "tou",
    "贾": "jia", "过": "guo", "都": "du", "重": "chong", "长": "zhang", "柏": "bai", "俞": "yu", "於": "yu",
    "令": "ling", "卜": "bu", "牟": "mou", "晁": "chao", "燕": "yan", "应": "ying", "葛": "ge", "适": "kuo",
}  # fmt: skip
DOUBLE_SURNAMES: dict[str, tuple[str, str]] = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "单于": ("chan", "yu"),
    "澹台": ("tan", "tai"), "令狐": ("ling", "hu"), "宰父": ("zai", "fu"), "皇甫": ("huang", "fu"),
}  # fmt: skip
# Two characters whose reading together differs from the usual one of each.
WORDS: dict[str, tuple[str, str]] = {
    "重庆": ("chong", "qing"), "银行": ("yin", "hang"), "长沙": ("chang", "sha"), "长春": ("chang", "chun"),
    "长江": ("chang", "jiang"), "长城": ("chang", "cheng"), "长安": ("chang", "an"), "长治": ("chang", "zhi"),
    "长虹": ("chang", "hong"), "长三": ("chang", "san"), "长丰": ("chang", "feng"), "长兴": ("chang", "xing"),
    "长乐": ("chang", "le"), "长宁": ("chang", "ning"), "长白": ("chang", "bai"), "成长": ("cheng", "zhang"),
    "厦门": ("xia", "men"), "大厦": ("da", "sha"), "音乐": ("yin", "yue"), "乐器": ("yue", "qi"),
    "东莞": ("dong", "guan"), "六安": ("lu", "an"), "台州": ("tai", "zhou"), "丽水": ("li", "shui"),
    "番禺": ("pan", "yu"), "洪洞": ("hong", "tong"), "蚌埠": ("beng", "bu"), "亳州": ("bo", "zhou"),
    "泌阳": ("bi", "yang"), "乐清": ("yue", "qing"), "单县": ("shan", "xian"), "朝阳": ("chao", "yang"),
    "重工": ("zhong", "gong"), "重型": ("zhong", "xing"), "重汽": ("zhong", "qi"), "行业": ("hang", "ye"),
    "商行": ("shang", "hang"), "车行": ("che", "hang"), "洋行": ("yang", "hang"), "会计": ("kuai", "ji"),
    "调味": ("tiao", "wei"), "调研": ("diao", "yan"), "校正": ("jiao", "zheng"), "传动": ("chuan", "dong"),
    "传感": ("chuan", "gan"), "自传": ("zi", "zhuan"), "石油": ("shi", "you"), "参茸": ("shen", "rong"),
    "人参": ("ren", "shen"), "海参": ("hai", "shen"), "薄膜": ("bo", "mo"), "薄荷": ("bo", "he"),
    "便宜": ("pian", "yi"), "中都": ("zhong", "du"), "都市": ("du", "shi"), "成都": ("cheng", "du"),
    "首都": ("shou", "du"), "宁波": ("ning", "bo"), "朴素": ("pu", "su"), "生长": ("sheng", "zhang"),
}  # fmt: skip
_words = re.compile("|".join(WORDS)).finditer
# Chinese characters, rare ones of the later blocks included, as part of a class of characters.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_all_han = re.compile(f"[{HAN}]+").fullmatch
_RUN = re.compile(f"([{HAN}]+)|[a-z0-9]+")
# What `plain` leaves as it is: the usual characters, and of ASCII all but capitals.
_is_plain = re.compile("[\x00-@\\[-\x7f\u4e00-\u9fff]*").fullmatch

# A character of many company names that the dictionary lacks.
_readings: dict[str, str] = {"𠮷": "ji"}


def reading(char: str) -> str:
    """The usual reading of one character (`lv` for 吕); a character without one stands for itself."""
    found = _readings.get(char)
    if found is None:
        found = lazy_pinyin(char, style=Style.NORMAL, errors=lambda unknown: unknown)[0].lower()
        _readings[char] = found
    return found


def may_have_surname(name: str) -> bool:
    """Whether a name is short enough for its front to be read as a surname; others read one way only."""
    return len(name) <= 4 or len(plain(name)) <= 4


def _surname(text: str) -> tuple[str, ...]:
    """How the surname of a short Chinese name is read, where it has a reading of its own."""
    if not 2 <= len(text) <= 4 or not _all_han(text):
        return ()
    if double := DOUBLE_SURNAMES.get(text[:2]):
        return double if len(text) > 2 else ()
    single = SURNAMES.get(text[0])
    return (single,) if single and text[:2] not in WORDS else ()


def _spoken(text: str) -> list[str]:
    """One reading per character of a run of Chinese, words of the table taken as such."""
    spoken = [_readings.get(char) or reading(char) for char in text]
    for word in _words(text):
        spoken[word.start() : word.end()] = WORDS[word[0]]
    return spoken


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of Chinese characters (True) and of Latin letters and digits (False); the rest is left out."""
    return ((match[1] is not None, match[0]) for match in _RUN.finditer(text))


def plain(text: str) -> str:
    """NFKC, small letters, accents of Latin letters taken off: what is compared and indexed."""
    if _is_plain(text):
        return text
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFD", folded)
    return unicodedata.normalize("NFC", "".join(c for c in parts if unicodedata.category(c) != "Mn"))


# A new customer's name is read for the list, for finding, and to look for others that sound the same.
@lru_cache(maxsize=4096)
def syllables(name: str, *, surname: bool = True) -> tuple[str, ...]:
    """The readings of a name's characters, Latin words and numbers standing as they are.

    `surname=False` reads the first character as in any word.
    """
    pure = _all_han(name) is not None
    text = name if pure else plain(name)
    spoken: list[str] = []
    for han, run in [(True, text)] if pure else _runs(text):
        if not han:
            spoken.append(run)
            continue
        parts = _spoken(run)
        if surname and run == text and (own := _surname(run)):
            parts[: len(own)] = own
        spoken.extend(parts)
    return tuple(spoken)


def pinyin_key(name: str, limit: int = 200) -> str:
    """What a name is sorted by: its syllables with blanks between, at most `limit` characters.

    The blank sorts before every letter, so 西安 (`xi an`) stands before 先 (`xian`), on any database
    that compares by code point. A name without letters sorts by itself, behind the others.
    """
    spoken = syllables(name)
    return (" ".join(spoken) if spoken else "~" + plain(name).strip())[:limit]
