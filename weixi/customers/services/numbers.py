"""Customer numbers of our own: K-00001, K-00002 ..."""

from __future__ import annotations

from weixi.customers.models import Customer, NumberSequence

SERIES = "K"


def take_numbers(count: int) -> list[str]:
    """The next `count` free numbers. Inside a transaction: the series' row stays locked till its end."""
    row, _ = NumberSequence.objects.select_for_update().get_or_create(series=SERIES)
    taken: list[str] = []
    last = row.last
    while len(taken) < count:
        wanted = [f"{SERIES}-{number:05d}" for number in range(last + 1, last + 1 + count - len(taken))]
        last += len(wanted)
        # A file may have brought a number of our own form.
        used = set(Customer.objects.filter(number__in=wanted).values_list("number", flat=True))
        taken.extend(number for number in wanted if number not in used)
    NumberSequence.objects.filter(pk=row.pk).update(last=last)
    return taken
