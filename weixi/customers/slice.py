"""What the customer archive contributes."""

from __future__ import annotations

from weixi.kernel.events import registry

registry.register("customer.created", "number kind grade lifecycle owner tags founded_on cooperation_since", "name")
registry.register("customer.changed", "changes", "personal_changes")
registry.register("customer.lifecycle_changed", "lifecycle old reason")
registry.register("customer.owner_changed", "owner old co_owner reason")
registry.register("customer.archived", "reason")
registry.register("customer.merged", "into")
registry.register("contact.created", "key_person decision_maker", "name birthday lunar")
registry.register("contact.changed", "key_person decision_maker", "name birthday lunar personal_changes")
registry.register("contact.removed", "reason")
registry.register("archive.completed", "completeness")
registry.register("change.known", "what due")
registry.register("import.finished", "kind created updated unchanged rejected skipped")
