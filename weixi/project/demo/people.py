"""The demo company's four departments and its people."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from weixi.organisation.enums import Role
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer
from weixi.organisation.services import change_department, create_department, create_user

# log-in, name, role, department, leader's log-in, how reliably duties are done in time
STAFF = [
    ("admin", "系统管理员", Role.ADMIN, "总经办", "", 1.0),
    ("zhouzheng", "周正", Role.EXECUTIVE, "总经办", "", 1.0),
    ("qinyue", "秦越", Role.DIRECTOR, "总经办", "", 1.0),
    ("helan", "贺岚", Role.SERVICE_MANAGER, "客户服务部", "qinyue", 0.98),
    ("fangzhiyuan", "方志远", Role.SUPERVISOR, "客户服务部", "helan", 0.97),
    ("linzhixia", "林知夏", Role.ACCOUNT_MANAGER, "客户服务部", "fangzhiyuan", 0.95),
    ("zhengkaiwen", "郑凯文", Role.ACCOUNT_MANAGER, "客户服务部", "fangzhiyuan", 0.8),
    ("luomin", "罗敏", Role.SPECIALIST, "客户服务部", "fangzhiyuan", 0.92),
    ("shenyizhou", "沈亦舟", Role.ACCOUNT_MANAGER, "客户服务部", "fangzhiyuan", 0.97),
    ("hanyutong", "韩雨桐", Role.ACCOUNT_MANAGER, "客户服务部", "fangzhiyuan", 0.98),
    ("guxiaolan", "顾晓岚", Role.SALES_MANAGER, "销售部", "qinyue", 0.95),
    ("tangyu", "唐宇", Role.SALES, "销售部", "guxiaolan", 0.93),
    ("bailu", "白露", Role.DATA_STEWARD, "客户服务部", "helan", 1.0),
    ("taoran", "陶然", Role.DEPARTMENT_MEMBER, "技术部", "qinyue", 1.0),
]
# Left in the summer: her customers were handed over.
LEAVER = ("zhaolei", "赵蕾", Role.SPECIALIST, "客户服务部", "fangzhiyuan", 0.9)
HEADS = {"总经办": "zhouzheng", "客户服务部": "helan", "销售部": "guxiaolan", "技术部": "taoran"}
# Who looks after customers, and how large a part of them.
OWNERS = {
    "linzhixia": 5, "zhengkaiwen": 4, "luomin": 5, "shenyizhou": 5, "hanyutong": 5, "tangyu": 3, "guxiaolan": 1,
    "zhaolei": 2,
}  # fmt: skip
# Of those who may look after key customers and of those for the others: how large a part each one takes on.
MANAGERS = {"linzhixia": 5, "zhengkaiwen": 3, "shenyizhou": 4, "hanyutong": 4}
SPECIALISTS = {"luomin": 1}
SALES = {"tangyu": 3, "guxiaolan": 1}


@dataclass(frozen=True)
class Staff:
    people: dict[str, User]
    reliability: dict[str, float]

    def __getitem__(self, username: str) -> User:
        return self.people[username]


def build_people(viewer: Viewer) -> Staff:
    """Departments with heads, people with supervisors; everybody has the demo's password."""
    departments = {name: create_department(name, viewer=viewer) for name in HEADS}
    people: dict[str, User] = {}
    for username, name, role, department, leader, _reliability in [*STAFF, LEAVER]:
        people[username] = create_user(
            username,
            viewer=viewer,
            name=name,
            role=role,
            department=departments[department],
            leader=people.get(leader),
            password=settings.DEMO_PASSWORD,
            email=f"{username}@weixi.example",
            senior=username == "linzhixia",
        )
    for name, head in HEADS.items():
        change_department(departments[name], viewer=viewer, name=name, parent=None, head=people[head])
    return Staff(people, {row[0]: row[5] for row in [*STAFF, LEAVER]})
