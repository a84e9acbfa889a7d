from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.organisation.role_names import named


class Role(models.TextChoices):
    """The roles of O-1; further names in the documents are aliases of these (O-9). Labels are the company's own."""

    DIRECTOR = "director", named("director", _("Director"))
    SERVICE_MANAGER = "service_manager", named("service_manager", _("Service manager"))
    SUPERVISOR = "supervisor", named("supervisor", _("Supervisor"))
    SPECIALIST = "specialist", named("specialist", _("Specialist"))
    ACCOUNT_MANAGER = "account_manager", named("account_manager", _("Account manager"))
    SALES = "sales", named("sales", _("Sales"))
    SALES_MANAGER = "sales_manager", named("sales_manager", _("Sales manager"))
    MARKETING = "marketing", named("marketing", _("Marketing"))
    DATA_STEWARD = "data_steward", named("data_steward", _("Data steward"))
    AFTER_SALES = "after_sales", named("after_sales", _("After-sales"))
    EXECUTIVE = "executive", named("executive", _("Executive"))
    DEPARTMENT_MEMBER = "department_member", named("department_member", _("Department member"))
    ADMIN = "admin", named("admin", _("Administrator"))


class DataScope(models.TextChoices):
    """Whose customers a person sees."""

    OWN = "own", _("Own customers")
    TEAM = "team", _("Team's customers")
    DEPARTMENT = "department", _("Department's customers")
    ALL = "all", _("All customers")

    def within(self, other: DataScope) -> bool:
        """Whether it reaches no further than the other."""
        order = list(DataScope)
        return order.index(self) <= order.index(other)


class TokenScope(models.TextChoices):
    """What a program may do with a token, never more than its person."""

    READ = "read", _("Read")
    WRITE = "write", _("Enter and change")
    EXPORT = "export", _("Export")
    ADMIN = "admin", _("Administer")


class Access(models.TextChoices):
    """How far a role gets to a field of customers and their people.

    Masked: as much as tells one value from another (`kernel.masking`), in full with `personal.reveal` and
    then on record; who enters customers may type a new value over it. Read: in full, not changed. Write: in
    full, changed by who enters customers.
    """

    HIDDEN = "hidden", _("Hidden")
    MASKED = "masked", _("Masked")
    READ = "read", _("Read")
    WRITE = "write", _("Read and change")

    @property
    def reads(self) -> bool:
        """Whether the value is seen as it is."""
        return self in (Access.READ, Access.WRITE)

    def within(self, other: Access) -> bool:
        """Whether it opens no more than the other."""
        order = list(Access)
        return order.index(self) <= order.index(other)


class FieldClass(models.TextChoices):
    """The classes of fields whose access a role is given together; a field can be set apart."""

    ORDINARY = "ordinary", _("Ordinary fields")
    CONTACT = "contact", _("Contact details")
    SENSITIVE = "sensitive", _("Sensitive fields")


class Right(models.TextChoices):
    """What a person may do, beside seeing; what he may do it *to* is his data scope."""

    CUSTOMERS_EDIT = "customers.edit", _("Enter and change customers")
    CUSTOMERS_ASSIGN = "customers.assign", _("Give customers to other owners")
    CUSTOMERS_IMPORT = "customers.import", _("Import files")
    CUSTOMERS_EXPORT = "customers.export", _("Export lists")
    EXPORTS_APPROVE = "exports.approve", _("Approve large exports")
    VIEWS_SHARE = "views.share", _("Share views of lists")
    CUSTOMERS_ARCHIVE = "customers.archive", _("Archive customers")
    ORDERS_EDIT = "orders.edit", _("Enter orders and contracts")
    INTERACTIONS_RECORD = "interactions.record", _("Record interactions")
    DUTIES_WAIVE = "duties.waive", _("Waive duties")
    GRADING_RUN = "grading.run", _("Run a grading")
    GRADING_JUDGE = "grading.judge", _("Judge indicators")
    GRADING_OVERRIDE = "grading.override", _("Override a grade")
    POLICY_DRAFT = "policy.draft", _("Draft the policy")
    POLICY_APPROVE = "policy.approve", _("Approve the policy and put it in force")
    PEOPLE_MANAGE = "people.manage", _("Manage people and departments")
    STANDARD_EDIT = "standard.edit", _("Edit the data standard")
    ROLES_MANAGE = "roles.manage", _("Change what roles may see and do")
    PERSONAL_REVEAL = "personal.reveal", _("See masked values in full, each time on record")
    TEAM_VIEW = "team.view", _("See the team's duties")
    PERSONAL_MANAGE = "personal.manage", _("Answer people about their data and erase it")
    AUDIT_VIEW = "audit.view", _("Read the audit trail")
    SYSTEM_MANAGE = "system.manage", _("Manage the installation")


_FRONT = {Right.CUSTOMERS_EDIT, Right.INTERACTIONS_RECORD, Right.PERSONAL_REVEAL}
_OWNER = _FRONT | {Right.GRADING_JUDGE}
_LEAD = _OWNER | {
    Right.CUSTOMERS_ASSIGN,
    Right.CUSTOMERS_IMPORT,
    Right.CUSTOMERS_EXPORT,
    Right.VIEWS_SHARE,
    Right.ORDERS_EDIT,
    Right.DUTIES_WAIVE,
    Right.TEAM_VIEW,
}
_HEAD = _LEAD | {
    Right.GRADING_RUN,
    Right.CUSTOMERS_ARCHIVE,
    Right.GRADING_OVERRIDE,
    Right.POLICY_DRAFT,
}

# What is shipped; a company changes it on the page of roles, and only what differs is stored (`roles`).
# Role -> (data scope, rights): least right first (D-2). A person's scope can be set apart from his role's. Who judges and
# who grades besides, the policy says (`roles.given`): the shipped one names the specialist and the supervisor.
ROLE_RIGHTS: dict[str, tuple[DataScope, frozenset[Right]]] = {
    Role.DIRECTOR: (
        DataScope.ALL,
        frozenset(_HEAD | {Right.POLICY_APPROVE, Right.AUDIT_VIEW, Right.PERSONAL_MANAGE, Right.EXPORTS_APPROVE}),
    ),
    Role.EXECUTIVE: (
        DataScope.ALL,
        frozenset({Right.POLICY_APPROVE, Right.TEAM_VIEW, Right.CUSTOMERS_EXPORT, Right.EXPORTS_APPROVE}),
    ),
    Role.SERVICE_MANAGER: (
        DataScope.DEPARTMENT,
        frozenset(_HEAD | {Right.PEOPLE_MANAGE, Right.STANDARD_EDIT, Right.PERSONAL_MANAGE, Right.EXPORTS_APPROVE}),
    ),
    Role.SALES_MANAGER: (DataScope.DEPARTMENT, frozenset(_HEAD - {Right.POLICY_DRAFT})),
    Role.SUPERVISOR: (DataScope.TEAM, frozenset(_LEAD | {Right.POLICY_DRAFT})),
    Role.SPECIALIST: (DataScope.OWN, frozenset(_FRONT | {Right.CUSTOMERS_IMPORT})),
    Role.ACCOUNT_MANAGER: (DataScope.OWN, frozenset(_OWNER | {Right.ORDERS_EDIT})),
    Role.SALES: (DataScope.OWN, frozenset(_OWNER | {Right.ORDERS_EDIT})),
    Role.AFTER_SALES: (DataScope.DEPARTMENT, frozenset(_OWNER)),
    Role.MARKETING: (DataScope.ALL, frozenset({Right.INTERACTIONS_RECORD, Right.CUSTOMERS_EXPORT})),
    Role.DATA_STEWARD: (
        DataScope.ALL,
        frozenset(
            {
                Right.CUSTOMERS_EDIT,
                Right.CUSTOMERS_ASSIGN,
                Right.CUSTOMERS_IMPORT,
                Right.CUSTOMERS_EXPORT,
                Right.VIEWS_SHARE,
                Right.CUSTOMERS_ARCHIVE,
                Right.ORDERS_EDIT,
                Right.INTERACTIONS_RECORD,
                Right.GRADING_RUN,
                Right.GRADING_JUDGE,
                Right.STANDARD_EDIT,
                Right.PERSONAL_REVEAL,
                Right.PERSONAL_MANAGE,
            }
        ),
    ),
    Role.DEPARTMENT_MEMBER: (DataScope.OWN, frozenset({Right.INTERACTIONS_RECORD})),
    Role.ADMIN: (DataScope.ALL, frozenset(Right)),
}

# The roles that talk to customers see how to reach them; for the others contact details are masked. What is
# sensitive is masked for everybody (A-11, D-1).
NO_CONTACT_DETAILS = frozenset({Role.MARKETING, Role.EXECUTIVE, Role.DEPARTMENT_MEMBER})
CLASS_ACCESS: dict[str, dict[FieldClass, Access]] = {
    role: {
        FieldClass.ORDINARY: Access.WRITE,
        FieldClass.CONTACT: Access.MASKED if role in NO_CONTACT_DETAILS else Access.WRITE,
        FieldClass.SENSITIVE: Access.MASKED,
    }
    for role in Role
}

# Without these nobody could repair a mistake: the administrator's role keeps them.
KEPT_BY_ADMIN = frozenset({Right.PEOPLE_MANAGE, Right.ROLES_MANAGE, Right.SYSTEM_MANAGE})
