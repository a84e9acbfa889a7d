"""A form that a service may refuse."""

from __future__ import annotations

from django import forms

from weixi.kernel.errors import Forbidden, NotFound, WeixiError


class RefusableForm(forms.Form):
    """A form that can take a service's refusal: each sentence beside its field, the rest above.

    What may not be done at all, or is not there, is no fault of what was typed: that stays a 403 or 404.
    """

    def take(self, refusal: WeixiError) -> None:
        if isinstance(refusal, Forbidden | NotFound):
            raise refusal
        placed = {name: text for name, text in refusal.fields.items() if name in self.fields}
        for name, text in placed.items():
            self.add_error(name, str(text))
        if not placed:
            self.add_error(None, str(refusal))
