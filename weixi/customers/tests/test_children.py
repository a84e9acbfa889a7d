"""Everything that hangs on a customer says what becomes of it when customers are merged."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from weixi.kernel import slices


def test_every_model_that_points_at_a_customer_is_registered():
    customer = apps.get_model("customers.Customer")
    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_config.name.startswith("weixi.")
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is customer
    }
    missing = pointing - slices.registry.children.keys()
    assert not missing, f"say in the slice.py of their slice what a merge does with {sorted(missing)}"
    assert not slices.registry.children.keys() - pointing


def test_what_stands_once_for_a_customer_is_registered_so():
    """A row that would stand twice after a move must be known by its unique columns."""
    for child in slices.registry.children.values():
        model = apps.get_model(child.model)
        column = child.field
        for constraint in model._meta.constraints:
            if child.stays or not isinstance(constraint, models.UniqueConstraint) or column not in constraint.fields:
                continue
            others = {model._meta.get_field(name).attname for name in constraint.fields if name != column}
            assert child.once is not None and others == set(child.once), child.code
