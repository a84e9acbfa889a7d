"""The shell's own pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.web.views import customer, duty, home, me, papers, plan, record, search, session, team, today

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("today/", today.today, name="today"),
    path("team/", team.team, name="team"),
    path("calendar/", plan.plan, name="plan"),
    path("duties/<int:pk>/", duty.duty, name="duty"),
    path("duties/meanwhile/<int:pk>/", duty.catch_up, name="catch-up"),
    path("customers/<int:pk>/", customer.customer, name="customer"),
    path("customers/<int:pk>/tabs/", customer.customer_tabs, name="customer-tabs"),
    path("customers/<int:pk>/side/", customer.customer_side, name="customer-side"),
    path("customers/<int:pk>/paper/<slug:kind>/", papers.paper, name="customer-paper"),
    path("customers/<int:pk>/paper/<slug:kind>/<slug:suffix>/", papers.paper_file, name="customer-paper-file"),
    path("papers/", papers.layouts, name="paper-templates"),
    path("papers/sample/", papers.sample_layout, name="paper-sample"),
    path("papers/<slug:kind>/keep/", papers.keep_layout, name="paper-template-keep"),
    path("papers/<slug:kind>/end/", papers.end_layout, name="paper-template-end"),
    path("record/", record.interaction_new, name="interaction-new"),
    path("record/settles/", record.settles, name="interaction-settles"),
    path("record/followup/", record.followup_line, name="followup-line"),
    path("healthz", home.healthz, name="healthz"),
    path("login/", session.log_in, name="login"),
    path("logout/", session.log_out, name="logout"),
    path("language/", session.language, name="language"),
    path("me/", me.me, name="me"),
    path("me/password/", me.password, name="password"),
    path("me/preferences/", me.preferences, name="preferences"),
    path("notices/", me.notices, name="notices"),
    path("notices/read/", me.notices_read, name="notices-read"),
    path("notices/<int:pk>/", me.notice, name="notice"),
    path("search/", search.search, name="search"),
    path("search/palette/", search.palette, name="palette"),
    path("search/pin/", search.palette_pin, name="palette-pin"),
    path("search/opened/", search.palette_opened, name="palette-opened"),
    path("styleguide/", home.styleguide, name="styleguide"),
]
