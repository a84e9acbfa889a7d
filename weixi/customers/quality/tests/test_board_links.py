"""Every number of the board opens the customers behind it, and the work on them."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from weixi.customers.duplicates.queries import count_twins
from weixi.customers.duplicates.scan import look_at_changed
from weixi.customers.models import Customer
from weixi.customers.quality.counting import JOB
from weixi.customers.quality.nightly import count_now
from weixi.customers.services import change_customer, create_customer
from weixi.kernel.jobs import services as jobs
from weixi.kernel.jobs.models import Job
from weixi.organisation.scope import system_viewer
from weixi.organisation.tests.people import found_company
from weixi.policy.services import install_shipped_policy


@pytest.fixture
def company(cast):
    install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
    return cast


def links_of(page):
    """Address -> the number that it carries."""
    found = re.findall(r'href="([^"]*)"><span>([^<]+)</span><b class="\w+">([\d,]+)</b>', page)
    return {label: (html.unescape(url), int(number.replace(",", ""))) for url, label, number in found}


def listed(client, url):
    return client.get(url).content.decode().count("<tr data-row")


def test_duplicates_stand_on_the_board_and_open_the_customers(company, client_as):
    viewer = company.viewer("admin")
    for n in range(2):
        create_customer(viewer=viewer, name=f"苏州琥珀恒昌纺织{'有限公司' * n}", owner=company.specialist)
    create_customer(viewer=viewer, name="苏州琥珀恒昌纺织厂", owner=company.outsider)
    create_customer(viewer=viewer, name="苏州琥珀恒昌纺织集团", owner=company.outsider)
    look_at_changed()
    count_now()
    assert count_twins(company.viewer("director")) == 4
    assert count_twins(company.viewer("outsider")) == count_twins(company.viewer("specialist")) == 2
    for who, expected in (("director", 4), ("specialist", 2)):
        client = client_as(company.person(who))
        numbers = links_of(client.get(reverse("quality")).content.decode())
        url, number = numbers["重复客户"]
        assert number == expected == listed(client, url)
        for url, number in numbers.values():
            assert listed(client, url) == number
    assert reverse("duplicates") in client.get(reverse("quality")).content.decode()
    # What a filter of an address says can be opened in the builder and kept as a view.
    for short in ("?quality=missing", "?where=twin:suspected"):
        assert client.get(f"{reverse('customers-filter')}{short}").status_code == 200


def test_a_departments_numbers_open_its_peoples_customers(company, client_as):
    create_customer(viewer=company.viewer("admin"), name="苏州琥珀恒昌", owner=company.specialist)
    count_now()
    client = client_as(company.director)
    page = client.get(reverse("quality")).content.decode()
    found = re.findall(r'<td class="wx-num" data-l="客户"><a href="([^"]+)">(\d+)</a>', page)
    assert len(found) > 3
    for url, number in found:
        assert listed(client, html.unescape(url)) == int(number)


def test_a_company_without_customers_reads_the_way_and_no_figures(db, client_as):
    install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
    admin = found_company().admin
    count_now()
    page = client_as(admin).get(reverse("quality")).content.decode()
    assert "还没有客户" in page and "—" not in page.split('id="main"')[1]


@pytest.mark.parametrize("name", ["quality", "data-standard", "duplicates"])
def test_every_page_about_the_data_is_marked_in_the_menu(company, client_as, name):
    page = client_as(company.data_steward).get(reverse(name)).content.decode()
    marked = re.findall(r'class="nav-link active" href="([^"]*)"[^>]*title="([^"]*)"', page)
    assert (reverse("quality"), "数据") in marked
    assert reverse("customers") not in [url for url, _title in marked]


def test_the_board_is_counted_anew_when_somebody_asks(company, client_as):
    count_now()
    client = client_as(company.specialist)
    page = reverse("quality")
    before = links_of(client.get(page).content.decode())["内容无效"][1]
    customer = company.customer_of("specialist")
    Customer.objects.filter(pk=customer.pk).update(phone="不是电话")
    change_customer(customer, viewer=system_viewer("test"), values={"city": "苏州"})
    assert links_of(client.get(page).content.decode())["内容无效"][1] == before
    for _press in range(2):
        assert client.post(reverse("quality-count")).status_code == 302
    assert Job.objects.filter(kind=JOB).count() == 1
    shown = client.get(page).content.decode()
    assert "every 1s" in shown and "等待处理" in shown
    jobs.run_pending()
    shown = client.get(page).content.decode()
    assert links_of(shown)["内容无效"][1] == before + 1 and "every 1s" not in shown
    job = Job.objects.get(kind=JOB)
    assert (job.state, job.done) == ("done", job.total) and job.total > 0
    assert client_as(company.person("executive")).post(reverse("quality-count")).status_code == 403
