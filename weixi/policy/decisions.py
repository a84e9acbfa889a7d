"""The versions of the policy that wait for somebody's yes."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.kernel.prepared import Prepared
from weixi.kernel.slices import Decision, Waiting
from weixi.organisation.scope import Viewer
from weixi.policy.enums import VersionState
from weixi.policy.models import PolicyVersion
from weixi.policy.queries import waiting_for_approval
from weixi.policy.services.passing import may_pass
from weixi.policy.services.versions import wrote_in

_SUBMITTED = Prepared(lambda: PolicyVersion.objects.filter(state=VersionState.SUBMITTED).order_by().values_list("pk"))


def _versions(viewer: Viewer) -> Waiting | None:
    """One small query where nothing was submitted."""
    if not _SUBMITTED().rows():
        return None
    rows = waiting_for_approval().select_related("drafted_by").defer("text").order_by("pk")
    found = [each for each in rows if may_pass(each, viewer) and not wrote_in(each, viewer)]
    if not found:
        return None
    url = reverse("policy-version", args=[found[0].pk]) if len(found) == 1 else reverse("policy-versions")
    return Waiting(len(found), url, min((each.submitted_at for each in found if each.submitted_at), default=None))


DECISION = Decision("policy", _("Versions of the policy"), _versions, 30)
