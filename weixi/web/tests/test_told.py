"""Every event that can be a customer's is told in words: none shows its code on the customer's page."""

from __future__ import annotations

from weixi.kernel.events import registry
from weixi.kernel.sentences import is_told

# Events of the installation, of people, of lists and of the policy: they have no customer. `probe` is of other tests.
OF_NO_CUSTOMER = frozenset(
    {
        "backup", "department", "export", "factor", "field", "grading", "holidays", "import", "list", "outgoing", "plan",
        "policy", "probe", "product", "records", "role", "tag", "template", "token", "user", "view",
    }
)  # fmt: skip


def test_what_happens_to_a_customer_is_told_in_words() -> None:
    untold = [each.name for each in registry.all_types() if not is_told(each.name)]
    assert [name for name in untold if name.partition(".")[0] not in OF_NO_CUSTOMER] == []
