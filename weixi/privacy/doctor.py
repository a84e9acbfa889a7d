"""What must hold about erased persons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.models import Contact
from weixi.kernel import clock, doctor
from weixi.kernel.personal import ERASED
from weixi.privacy.models import Consent, Erasure

PATIENCE = timedelta(hours=1)


def _erasures() -> Iterator[str]:
    for pk in Contact.objects.filter(erasures__isnull=False).exclude(name=ERASED).values_list("pk", flat=True):
        yield _("The erased contact %(number)s holds data again.") % {"number": pk}
    late = Erasure.objects.filter(files_done_at=None, at__lt=clock.now() - PATIENCE)
    for pk in late.values_list("pk", flat=True):
        yield _("The files of erasure %(number)s were not destroyed within an hour.") % {"number": pk}


def _consents() -> Iterator[str]:
    for pk in Consent.objects.filter(withdrawn_at__lt=F("given_at")).values_list("pk", flat=True):
        yield _("Consent %(number)s was withdrawn before it was given.") % {"number": pk}


def register() -> None:
    doctor.check("privacy.erasures", gettext_lazy("Erased persons stay erased"), _erasures)
    doctor.check("privacy.consents", gettext_lazy("Consents end after they begin"), _consents)
