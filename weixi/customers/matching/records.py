"""What is known of a customer for telling whether he is there twice, in its normal forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from weixi.customers.matching.companies import EMPTY, CompanyName, company_name
from weixi.customers.matching.fold import closed_up, fold, words_of
from weixi.customers.matching.people import PersonName, person_name
from weixi.customers.matching.places import leading_place
from weixi.customers.matching.points import address_of, birthday_of, code_of, email_of, phones_of

_NOBODY = PersonName("")


# Not frozen: that would make it four times as slow to make, and a scan makes millions. Nobody changes one.
@dataclass(slots=True, eq=False)
class Record:
    """One customer as it is compared. Texts are folded; what is not known is empty."""

    id: int
    is_person: bool
    company: CompanyName = EMPTY
    short: CompanyName = EMPTY
    person: PersonName = _NOBODY
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    code: str = ""
    # House number and street; a second line of the address and the district; postcode.
    house: str = ""
    street: str = ""
    district: str = ""
    area: str = ""
    postcode: str = ""
    city: str = ""
    # The words of a city written in Latin letters.
    town: tuple[str, ...] = ()
    birthday: str = ""


def record_of(
    id: int,
    *,
    is_person: bool,
    name: str,
    short_name: str = "",
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    code: str = "",
    address: str = "",
    house: str = "",
    district: str = "",
    area: str = "",
    postcode: str = "",
    city: str = "",
    birthday: str = "",
) -> Record:
    """Bring what people wrote into its normal forms."""
    number, street = address_of(address) if address else ("", "")
    town, words = _town(city)
    return Record(
        id,
        is_person,
        company=EMPTY if is_person else company_name(name),
        short=company_name(short_name) if short_name and not is_person else EMPTY,
        person=person_name(name) if is_person else _NOBODY,
        phones=phones_of(phones),
        emails=tuple(dict.fromkeys(mail for text in emails if (mail := email_of(text)))),
        code=code_of(code),
        house=_one_form(house) or number,
        street=street,
        district=_one_form(district),
        area=_one_form(area),
        postcode=_one_form(postcode),
        town=words,
        city=town,
        birthday=birthday_of(birthday),
    )


def _one_form(text: str) -> str:
    return closed_up(fold(text)) if text else ""


@lru_cache(maxsize=4096)
def _town(city: str) -> tuple[str, tuple[str, ...]]:
    """A city in its one form, and its words."""
    folded = fold(city)
    town = closed_up(folded)
    return leading_place(town)[0] or town, words_of(folded)
