"""[outreach] and [security]: messages to many, and the protection of people's data."""

from __future__ import annotations

from pydantic import Field, model_validator

from weixi.policy.document.base import refusal
from weixi.policy.document.section import Chain, Cited, Code, Count, Flag, Listed, Many, Role, Span, Text


class Outreach(Cited):
    channels: Listed[Code] = ()
    segments: Listed[Text] = ()
    consent_needed: Flag | None = None
    preferred_channel_first: Flag | None = None
    states: Listed[Text] = ()
    approval: Chain | None = None


class Passwords(Cited):
    """What a new password has to be, at every door where one is chosen or given.

    `composition_rules`  it needs `kinds_from` of small letters, capital letters, digits, other characters
    `changed_every`      after so long a new one has to be chosen before anything else; left out: never
    """

    length_from: int = Field(ge=8, le=128)
    common_refused: Flag = True
    composition_rules: Flag = False
    kinds_from: int = Field(3, ge=2, le=4)
    changed_every: Span | None = None


class LockOut(Cited):
    """After `tries` failures an account or source waits `wait`."""

    tries: int = Field(ge=1, le=1000)
    wait: Span


class Sessions(Cited):
    idle_at_most: Span
    lasts_at_most: Span
    second_factor_for: Listed[Role] = ()


class Personal(Cited):
    """Personal data: masking, export, retention, numbers of people at which an alarm sounds.

    `full_view_logged`  who has a whole record before him (page, print, program, export) is kept; masked values shown
                        in full are on record in any case, for the limit of an hour counts them
    `export_watermark`  every exported file says in each row, in its head and its properties who took it and when
    """

    masked: Flag = True
    purposes: Listed[Text] = ()
    # Of these purposes, those for which nobody is written to or called without a recorded consent.
    consent_for: Listed[Text] = ()
    consent_per_channel: Flag = True
    full_view_logged: Flag = True
    # Who sees a masked value in full says why; and so many times an hour he may.
    reveal_reason_needed: Flag = False
    reveals_per_hour: Count | None = None
    export_approved_from: Count | None = None
    export_approval: Chain | None = None
    export_watermark: Flag = True
    kept_after_end: Span | None = None
    # In documents of before: since then a rule on `person.requested` runs the time, and this one only reads on.
    request_answered_within: Span | None = None
    alarms_at: Many[Count] = ()

    @model_validator(mode="after")
    def _alarms_ascend(self) -> Personal:
        if list(self.alarms_at) != sorted(set(self.alarms_at)):
            raise refusal("order", "alarms must ascend", key="alarms_at")
        return self

    @model_validator(mode="after")
    def _consent_for_a_purpose(self) -> Personal:
        for name in self.consent_for:
            if name not in self.purposes:
                raise refusal("purpose", "`{name}` is none of the purposes", key="consent_for", name=name)
        return self


class Export(Cited):
    """Files people export: how long one may be fetched, and how long a request waits for its answer."""

    file_kept: Span | None = None
    request_waits: Span | None = None


class AuditTrail(Cited):
    sealed_every: Span | None = None
    kept_for: Span | None = None


class Backup(Cited):
    every: Span
    copies_from: Count
    restore_tested_every: Span


class Files(Cited):
    """Files people attach: how large one may be, how many a person brings in a day, how much those of one
    customer and all together may take."""

    largest_mb: int = Field(ge=1, le=200)
    pixels_at_most: Count
    per_person_and_day: Count
    per_customer_mb: Count | None = None
    total_gb: int = Field(ge=1, le=100_000)
    kept_after_removal: Span


class Security(Cited):
    """`leavers_lose_access_at_once`  who leaves is out from the moment it is entered; with `false` a last day may be given
    `customers_of_leavers_handed_over`  who enters that somebody leaves names who takes his customers, or those who
                                        have to see to it are told
    """

    leavers_lose_access_at_once: Flag | None = None
    customers_of_leavers_handed_over: Flag | None = None
    passwords: Passwords | None = None
    lock_out: LockOut | None = None
    sessions: Sessions | None = None
    personal: Personal | None = None
    export: Export | None = None
    audit: AuditTrail | None = None
    backup: Backup | None = None
    files: Files | None = None
