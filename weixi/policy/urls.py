from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.policy.views import drafts, editing, holidays, reading

urlpatterns: list[URLPattern | URLResolver] = [
    path("", reading.policy, name="policy"),
    path("clauses/<path:number>/", reading.clause, name="policy-clause"),
    path("versions/", reading.versions, name="policy-versions"),
    path("versions/<int:pk>/", reading.version, name="policy-version"),
    path("versions/<int:pk>/kept/", reading.kept, name="policy-kept"),
    path("versions/<int:pk>/compare/", reading.compare, name="policy-compare"),
    path("versions/<int:pk>/print/", reading.printed, name="policy-print"),
    path("versions/<int:pk>/file/", reading.download, name="policy-file"),
    path("draft/", drafts.draft_new, name="policy-draft"),
    path("draft/preset/", drafts.draft_preset, name="policy-preset"),
    path("draft/file/", drafts.upload, name="policy-upload"),
    path("versions/<int:pk>/upload/", drafts.upload, name="policy-upload-into"),
    path("versions/<int:pk>/submit/", drafts.submit, name="policy-submit"),
    path("versions/<int:pk>/take-back/", drafts.take_back, name="policy-take-back"),
    path("versions/<int:pk>/approve/", drafts.approve, name="policy-approve"),
    path("versions/<int:pk>/return/", drafts.send_back, name="policy-return"),
    path("versions/<int:pk>/activate/", drafts.activate, name="policy-activate"),
    path("versions/<int:pk>/drop/", drafts.drop, name="policy-drop"),
    path("versions/<int:pk>/value/", editing.value, name="policy-value"),
    path("versions/<int:pk>/rule/", editing.rule, name="policy-rule"),
    path("versions/<int:pk>/rule/remove/", editing.rule_remove, name="policy-rule-remove"),
    path("versions/<int:pk>/grading/", editing.grading, name="policy-grading"),
    path("versions/<int:pk>/grading/indicator/", editing.indicator, name="policy-indicator"),
    path("versions/<int:pk>/grading/indicator/remove/", editing.indicator_remove, name="policy-indicator-remove"),
    path("holidays/", holidays.years, name="holiday-years"),
    path("holidays/file/", holidays.upload, name="holiday-upload"),
    path("holidays/<int:year>/", holidays.edit, name="holiday-year"),
]
