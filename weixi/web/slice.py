"""The pages that compose slices: their places in the menu; the rules of the door."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.duties.queries import owed_by
from weixi.kernel import slices
from weixi.kernel.events import registry
from weixi.kernel.prepared import Statement
from weixi.organisation import passwords
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.web.security import rules_of_policy
from weixi.web.views.completing import clause_note
from weixi.web.views.occasions import days_panel
from weixi.web.views.visits import visit_panel


def _owed(viewer: Viewer) -> Statement | None:
    return owed_by(viewer.user) if viewer.user else None


registry.register("template.kept", "kind name sha256")
registry.register("template.ended", "kind")
slices.menu_item(
    slices.MenuItem(
        "paper-templates", _("Layouts"), "print", "paper-templates", 150, right=Right.SYSTEM_MANAGE, group="admin"
    )
)
slices.menu_item(slices.MenuItem("today", _("Today"), "today", "today", 10, count=_owed, owed=True))
slices.menu_item(slices.MenuItem("plan", _("Calendar"), "calendar", "plan", 15))
slices.menu_item(
    slices.MenuItem("service-plan", _("Service plan"), "list", "service-plan", 17, words=_("month quarter execution"))
)
slices.menu_item(slices.MenuItem("visits", _("Visits"), "visit", "visits", 18, words=_("chosen patrol tour coverage")))
slices.clause_notes("interactions", clause_note)
slices.panel(
    slices.Panel("days", _("Days to remember"), "web/occasions/panel.html", days_panel, place="side", order=50)
)
slices.panel(slices.Panel("visits", _("Visits"), "web/visits/panel.html", visit_panel, place="side", order=55))
slices.menu_item(slices.MenuItem("team", _("Team"), "team", "team", 60, right=Right.TEAM_VIEW, group="rules"))

slices.command(
    slices.Command(
        "record", _("Record contact"), "plus", "interaction-new", _("call visit meeting talk note log"),
        right=Right.INTERACTIONS_RECORD, panel=True, order=10,
    )
)  # fmt: skip
slices.command(slices.Command("notices", _("Notices"), "bell", "notices", _("messages unread"), order=200))
slices.command(slices.Command("me", _("Me"), "me", "me", _("settings language theme dark density"), order=210))
slices.command(slices.Command("password", _("Change password"), "lock", "password", order=220))

passwords.take_rules_from(rules_of_policy)
