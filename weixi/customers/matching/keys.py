"""Under which keys a record is filed: two that mean the same customer share one, two others seldom do.

A key is a number of 63 bits, so that an index over millions of them stays small; what two different texts
share by chance is told apart by the comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from weixi.customers.matching.companies import CompanyName
from weixi.customers.matching.people import sound_of
from weixi.customers.matching.records import Record
from weixi.customers.matching.sounds import spoken

# More customers than this under one key say that the key tells nothing.
MOST = 50
_integer = int.from_bytes
_SHORTEST, _LONGEST = 3, 9


def keys_of(record: Record) -> tuple[int, ...]:
    """The record's keys, each once."""
    texts = _person(record) if record.is_person else _company(record)
    return _numbers(*texts, *_points(record))


def near_keys_of(record: Record) -> tuple[int, ...]:
    """The keys under which those nearest to a record are filed and hardly anybody else, for asking about thousands
    at once: of a Chinese company its name, not the sound of it in other cities and not that of its brand."""
    name = record.company
    if record.is_person or name.latin or not name.core:
        return keys_of(record)
    return _numbers(*_near(name), *_shorter(record), *_points(record))


def _numbers(*texts: str) -> tuple[int, ...]:
    return tuple({_integer(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1 for text in texts})


def _points(record: Record) -> Iterator[str]:
    for phone in record.phones:
        # A line with and without its area code ends alike.
        yield f"t{phone[-7:]}"
    for mail in record.emails:
        yield f"e{mail}"
    if record.code:
        yield f"u{record.code}"
    if record.street:
        first = record.street.split(" ")[0] if " " in record.street else record.street
        if record.house:
            yield f"h{record.house}|{first[:12]}"
        elif not record.is_person and len(record.street) >= 6:
            yield f"a{record.street}"


def _company(record: Record) -> Iterator[str]:
    name = record.company
    if name.core:
        if name.latin:
            yield from _latin(name)
        else:
            yield from _chinese(name)
    if sounds := list(_shorter(record)):
        yield from sounds
        yield f"n{spoken(record.short.core)}"
    yield f"s{name.text}"


def _shorter(record: Record) -> Iterator[str]:
    if record.short.core and record.short.core != record.company.core:
        yield f"n{spoken(record.short.core)}|{record.company.place}"
        yield f"s{record.short.text}"


def _near(name: CompanyName) -> Iterator[str]:
    sound = spoken(name.core)
    yield f"n{sound}|{name.place}"
    # Where no place is named; wherever it is, when this one names none.
    yield f"n{sound}|" if name.place else f"n{sound}"
    yield f"s{name.text}"
    yield from _slips(name.stem)


def _chinese(name: CompanyName) -> Iterator[str]:
    sound = spoken(name.core)
    yield f"n{sound}"
    # Where many are called alike, the place tells them apart.
    yield f"n{sound}|{name.place}"
    if name.trade:
        yield f"n{spoken(name.brand)}"
        yield f"n{spoken(name.brand)}|{name.place}"
    stem = name.stem
    if stem != name.core:
        # A slip in the place hides it: the whole is then filed as one word.
        yield f"n{spoken(stem)}"
    yield from _slips(stem)


def _slips(stem: str) -> Iterator[str]:
    if len(stem) > _SHORTEST:
        # One character wrong, missing or too many: what is left without it is the same.
        for place in range(min(len(stem), _LONGEST)):
            yield f"d{stem[:place]}{stem[place + 1 :]}"
        yield f"d{stem}"


def _latin(name: CompanyName) -> Iterator[str]:
    words = sorted(set(name.words))
    yield f"w{' '.join(words)}"
    yield f"c{name.core}"
    yield f"l{' '.join(sorted(word[:4] for word in name.words[:2]))}"
    for word in words:
        if len(word) >= 4:
            yield f"o{word}"
    if len(name.core) >= 6:
        yield f"f{name.core[:6]}"


def _person(record: Record) -> Iterator[str]:
    name, born = record.person, record.birthday
    if name.latin:
        sounds = sorted({sound_of(word) for word in name.words})
        yield f"p{' '.join(sounds)}"
        yield f"p{' '.join(sorted(word[:3] for word in name.words))}|{born[:4]}"
    elif name.text:
        sounds = [spoken(name.text)]
        if not born and not record.phones and not record.street:
            yield f"p{name.text}"
        if len(name.text) > 1:
            yield f"p{sounds[0]}"
    else:
        sounds = []
    if born:
        yield f"b{born}"
        for sound in sounds:
            yield f"b{sound}|{born[:4]}"
            yield f"b{sound}|{born[4:]}"
    for sound in sounds:
        for near in (record.postcode, record.district, record.house):
            if near:
                yield f"q{sound}|{near}"
    if record.postcode and record.house:
        yield f"q{record.postcode}|{record.house}"
