"""The fixed company of the tests, made by the services as people would make it.

Names are short and stay the same, so that a test reads like a story: the service department with two
teams (赵 leads 钱 and 孙; 李 leads 周), a key-account department with 吴, the sales department with 郑,
and people who belong to none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weixi.customers.models import Customer
from weixi.customers.services.customers import create_customer
from weixi.kernel.errors import NotFound
from weixi.organisation.enums import Role
from weixi.organisation.models import Department, User
from weixi.organisation.scope import Viewer, system_viewer, viewer_of
from weixi.organisation.services import change_department, create_department, create_user, disable_user
from weixi.testing.kept import kept

PASSWORD = "Correct-Horse-7"


@dataclass(frozen=True)
class Cast:
    """Everybody by what he stands for; `customers` by the person who owns them."""

    service_department: Department
    key_account_department: Department
    sales_department: Department
    admin: User
    director: User
    service_manager: User
    supervisor: User
    specialist: User
    colleague: User
    other_supervisor: User
    outsider: User
    account_manager: User
    sales: User
    data_steward: User
    executive: User
    disabled: User
    customers: dict[str, Customer]

    def viewer(self, who: str | User) -> Viewer:
        """How this person looks at the data: `cast.viewer("specialist")`."""
        return viewer_of(self.person(who) if isinstance(who, str) else who)

    def person(self, who: str) -> User:
        found = getattr(self, who, None)
        if not isinstance(found, User):
            raise NotFound(f"nobody in the cast is called {who}")
        return found

    def customer_of(self, who: str) -> Customer:
        return self.customers[who]

    @property
    def people(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def make_cast() -> Cast:
    """The company in an empty database; everybody's password is `PASSWORD`."""
    return kept("cast", _found)


def _found() -> Cast:
    installer = system_viewer("test")

    def person(username: str, name: str, role: str, department: Department | None, leader: User | None = None,
               **more: Any) -> User:  # fmt: skip
        return create_user(
            username, viewer=installer, name=name, role=role, department=department, leader=leader,
            password=PASSWORD, email=f"{username}@example.com", **more,
        )  # fmt: skip

    company = create_department("总部", viewer=installer)
    service = create_department("客户服务部", viewer=installer, parent=company)
    key_accounts = create_department("大客户部", viewer=installer, parent=company)
    selling = create_department("销售部", viewer=installer, parent=company)
    director = person("director", "陈志远", Role.DIRECTOR, company)
    manager = person("manager", "林文静", Role.SERVICE_MANAGER, service, director)
    supervisor = person("zhao", "赵敏", Role.SUPERVISOR, service, manager)
    other_supervisor = person("li", "李建国", Role.SUPERVISOR, service, manager)
    specialist = person("qian", "钱多多", Role.SPECIALIST, service, supervisor)
    colleague = person("sun", "孙丽", Role.SPECIALIST, service, supervisor)
    outsider = person("zhou", "周强", Role.SPECIALIST, service, other_supervisor)
    account_manager = person("wu", "吴海燕", Role.ACCOUNT_MANAGER, key_accounts, director, senior=True)
    sales = person("zheng", "郑浩", Role.SALES, selling, director)
    leaver = person("wang", "王磊", Role.SPECIALIST, service, supervisor)
    service = change_department(service, viewer=installer, name=service.name, parent=company, head=manager)

    def customer(number: str, name: str, owner: User) -> Customer:
        return create_customer(viewer=installer, number=number, name=name, owner=owner)

    return Cast(
        service_department=service,
        key_account_department=key_accounts,
        sales_department=selling,
        admin=person("admin", "管理员", Role.ADMIN, company),
        director=director,
        service_manager=manager,
        supervisor=supervisor,
        specialist=specialist,
        colleague=colleague,
        other_supervisor=other_supervisor,
        outsider=outsider,
        account_manager=account_manager,
        sales=sales,
        data_steward=person("data", "何洁", Role.DATA_STEWARD, company),
        executive=person("ceo", "马云飞", Role.EXECUTIVE, company),
        customers={
            "specialist": customer("C-001", "上海启明科技有限公司", specialist),
            "colleague": customer("C-002", "重庆长江机械厂", colleague),
            "outsider": customer("C-003", "北京华信贸易有限公司", outsider),
            "account_manager": customer("C-004", "广州南方电气股份有限公司", account_manager),
            "sales": customer("C-005", "曾诗瑶", sales),
            "disabled": customer("C-006", "苏州恒泰纺织有限公司", leaver),
        },
        disabled=disable_user(leaver, viewer=installer),
    )
