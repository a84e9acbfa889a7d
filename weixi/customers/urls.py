"""Addresses of the archive; the page of one customer is composed in `web`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from weixi.customers.acts import views as acts
from weixi.customers.merging import views as merging
from weixi.customers.people_map.views import place
from weixi.customers.views import access, fields, lists, people, records

urlpatterns: list[URLPattern | URLResolver] = [
    path("", lists.customers, name="customers"),
    path("counts/", lists.counts, name="customers-counts"),
    path("count/", lists.count, name="customers-count"),
    path("board/more/", lists.board_more, name="customers-board-more"),
    path("pick/", lists.pick, name="customers-pick"),
    path("pick-contact/", lists.pick_contact, name="contacts-pick"),
    path("pick-tag/", lists.pick_tag, name="tags-pick"),
    path("assign/", acts.act, {"act": "assign"}, name="customers-bulk-assign"),
    path("tag/", acts.act, {"act": "tag"}, name="customers-bulk-tag"),
    path("do/set/value/", acts.value, name="customers-bulk-value"),
    path("do/<slug:act>/", acts.act, name="customers-bulk"),
    path("done/<int:pk>/", acts.show, name="customers-act"),
    path("done/<int:pk>/undo/", acts.undo, name="customers-act-undo"),
    path("", include("weixi.customers.lists.urls")),
    path("export/", include("weixi.customers.exporting.urls")),
    path("import/", include("weixi.customers.importing.urls")),
    path("", include("weixi.customers.attachments.urls")),
    path("duplicates/", include("weixi.customers.duplicates.urls")),
    path("join/", merging.join, name="customers-join"),
    path("<int:pk>/merge/<int:other>/", merging.two, name="customers-merge"),
    path("leaving/<int:pk>/", people.leave, name="person-leave"),
    path("hand-over/", people.hand_over, name="customers-hand-over"),
    path("similar/", records.similar, name="customers-similar"),
    path("new/", records.new_customer, name="customer-new"),
    path("<int:pk>/edit/", records.edit_customer, name="customer-edit"),
    path("<int:pk>/put-away/", records.archive, name="customer-archive"),
    path("<int:pk>/bring-back/", records.restore, name="customer-restore"),
    path("<int:pk>/lifecycle/", records.lifecycle, name="customer-lifecycle"),
    path("<int:pk>/owner/", records.owner, name="customer-owner"),
    path("<int:pk>/second-owner/", records.co_owner, name="customer-co-owner"),
    path("<int:pk>/known-change/", records.known_change, name="customer-known-change"),
    path("<int:pk>/tags/", records.tag, name="customer-tag"),
    path("<int:pk>/field/<slug:key>/", fields.customer_field, name="customer-field"),
    path("<int:pk>/history/<str:event>/<slug:key>/put-back/", fields.put_back, name="customer-put-back"),
    path("who-sees/", access.who, name="who-sees"),
    path("<int:pk>/reveal/", access.customer_reveal, name="customer-reveal"),
    path("<int:pk>/access/", access.customer_access, name="customer-access"),
    path("contacts/<int:pk>/reveal/", access.contact_reveal, name="contact-reveal"),
    path("<int:pk>/contacts/new/", people.new_contact, name="contact-new"),
    path("contacts/<int:pk>/edit/", people.edit_contact, name="contact-edit"),
    path("contacts/<int:pk>/field/<slug:key>/", fields.contact_field, name="contact-field"),
    path("contacts/<int:pk>/place/", place, name="contact-place"),
    path("contacts/<int:pk>/remove/", people.remove_contact, name="contact-remove"),
]
