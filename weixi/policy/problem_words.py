"""What is wrong with a document, in the reader's language: the document itself speaks plain English only."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from weixi.policy.document.problems import Problem

# Sentences that are put together where they arise, by their code.
BY_CODE = {
    "unknown_key": _("There is no such key here."),
    "unknown_value": _("“{input}” is not allowed here."),
    "unknown_grade": _("There is no grade “{value}”."),
    "unknown_lifecycle": _("There is no lifecycle stage “{value}”."),
    "unknown_department": _("There is no department “{value}”."),
    "unknown_metric": _("There is no metric “{value}”."),
    "unknown_approval": _("There is no approval chain “{value}”."),
    "unknown_rule": _("There is no rule “{value}”."),
    "unknown_visit_class": _("There is no visit class “{value}”."),
    "unknown_gift_class": _("There is no gift class “{value}”."),
    "unknown_role": _("There is no role “{value}”."),
    "unknown_assignee": _("“{value}” cannot be given the duty. A role is written role: and one of {roles}."),
    "unknown_event_type": _("There is no event type “{value}”."),
    "dangling_clause": _("There is no clause “{value}”."),
    "dangling_chapter": _("There is no chapter “{value}”."),
    "dangling_rule": _("A rule or section named by this clause does not exist (any more)."),
    "dangling_placeholder": _("The text of this clause shows a value that does not exist (any more)."),
    "dangling_text": _("This text shows a value that does not exist (any more)."),
    "twice": _("The same name stands twice."),
    "grade": _("The table must have one row for each grade of the preset, and no other."),
    "weights": _("The weights of each dimension must sum to 1 ({dimension}: {sum})."),
    "toml": _("This is not a TOML file: a sign is missing or wrong at this place."),
    "toml_twice": _("The same key or table stands twice: write each once, a further rule under [[...]] of its own."),
    "toml_date": _("There is no such date or time in the calendar."),
    "toml_value": _("This value cannot be read: a text stands in quotes, a date is written 2026-01-31."),
    "toml_open": _("A quote or a bracket is opened and not closed."),
    "toml_escape": _("A backslash in quotes begins a sign of its own: write two, or single quotes around the text."),
    "unreadable": _("The file {file} cannot be read: {reason}."),
    "not_utf8": _("The file is not UTF-8; save it as UTF-8."),
    "nul": _("The file is not a text."),
    "too_large": _("The file is too large for a policy (2 MiB at most)."),
    "too_deep": _("The file is nested deeper than any policy."),
    "key_too_long": _("The file is nested deeper than any policy."),
    "no_such_path": _("There is no such place in this document (any more)."),
    "duration_shape": _("“{value}” is no length of time; write it like 2 小时, 3 天, 4 个月, or PT2H, P3D, P4M."),
    "duration_type": _("A length of time is a text like P4M, P7D or PT2H."),
    "greater_than_equal": _("This must be at least {ge}."),
    "less_than_equal": _("This must be at most {le}."),
    "greater_than": _("This must be more than {gt}."),
    "less_than": _("This must be less than {lt}."),
    "string_too_long": _("This text is too long."),
    "too_long": _("This list is too long."),
    "string_pattern_mismatch": _("This must be a name of letters, digits and _, beginning with a letter."),
    "int_parsing": _("This must be a whole number."),
    "blank": _("This must be filled before the policy takes effect."),
}

# Sentences of the document's own refusals, said as they are.
SAID = (
    _("this key is missing"),
    _("this must be a text in quotes"),
    _("this must be a whole number"),
    _("this must be true or false"),
    _("this must be a list"),
    _("this must be a table"),
    _("this must be a date like 2026-01-31"),
    _("this is of the wrong kind"),
    _("this text may not be empty"),
    _("this text may not contain control characters or line breaks"),
    _("this text may not contain a NUL character"),
    _('"{value}" is no priority; allowed: {allowed}, or a whole number from -1000 to 1000'),
    _("the rule opens {after} after its event and is due after {within}: always late"),
    _("{types} comes of duties and makes none: this never happens"),
    _('"{value}" is outside the years 1000 to 8999'),
    _("`example` belongs to a relative target with a baseline"),
    _("`example` is not the baseline changed by `value` percent"),
    _("`{name}` is none of the purposes"),
    _("this is not a list"),
    _("`amount_below` must be above `amount_from`"),
    _("rewards go from the highest down and may not overlap"),
    _("`allowed` belongs to type choice or choices"),
    _("type {type} needs `allowed`"),
    _("this list names the same thing twice"),
    _("this must be a number"),
    _("this must be a finite number of at most 15 digits"),
    _("this number may have at most 6 decimal places"),
    _("a condition is a text, a number, true/false or a list of these"),
    _("this list needs at least one event type"),
    _('"{value}" is no date; write it like 2026-01-31'),
    _('"{value}" is a time; write a date like 2026-01-31'),
    _('unknown time zone "{value}"; write a name like Asia/Shanghai'),
    _('"{value}" is no currency code; write three letters like CNY'),
    _('a span of working hours is a pair like ["09:00", "12:00"]'),
    _("a span of working hours must end after it begins: {start}-{end}"),
    _("spans of working hours may not overlap"),
    _("give exactly one of within and due_from"),
    _("same and match cannot stand together; leave one out"),
    _('due_from names a value in the event\'s data, like "data.due"'),
    _('on the working clock only days and hours can be counted, not "{value}"'),
    _('unknown period "{value}"; allowed: {allowed}'),
    _("give exactly one of date and festival"),
    _('unknown festival "{value}"; allowed: {allowed}'),
    _('"{value}" is no date that returns; allowed: {allowed}, or a day like --09-10'),
    _("lunar belongs to a date written --MM-DD only"),
    _('this rule can look only at the customer itself, not at "{value}"; allowed: {allowed}'),
    _('clause "{value}" stands twice: at {first} and at {path}'),
    _("{path} uses the working clock: calendar.{missing} must say when you work"),
    _('"{value}" must be in whole days or weeks, like P3D or P2W'),
    _("method linear needs `low` and `high`, and they differ"),
    _("method levels needs judged = true and `levels`"),
    _("a judged indicator cannot be scored by percentile"),
    _("`{name}` belongs to method {method}"),
    _("`less_is_better` belongs to method percentile"),
    _("method bands needs `bands` = [[from, score], ...]"),
    _("bands must ascend: each begins above the one before"),
    _("`mid_from` must not be above `high_above`"),
    _("`{name}` is above the end of its range"),
    _("`order` names each of the four grades once"),
    _("an indicator key stands twice"),
    _("alarms must ascend"),
    _("a chain needs at least one step"),
    _("a chain cannot end with preparing"),
    _("only the first step can prepare"),
    _("discount levels must ascend"),
    _("an item of a list cannot be left out here"),
    _("the figures of a grading are over {months} months: write P12M or leave it out"),
    _("a customer's history stays with it whoever owns it: say yes or leave it out"),
    _(
        "the ways into the archive are {allowed}, and all are open; who may use them the roles say: name these three or leave the list out"
    ),
    _("{here} stands here, {there} at {other}, and that holds"),
)
_TEMPLATES = frozenset(SAID)


class _Open(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def with_place(problem: Problem) -> str:
    """A whole line for the command line: where it is, and `in_words`."""
    place = [gettext("line %(line)d") % {"line": problem.line}] if problem.line else []
    if problem.path:
        clause = problem.clause if problem.clause and "clause" not in problem.path else ""
        place.append(f"{problem.path} ({clause})" if clause else problem.path)
    said = in_words(problem, most=200)
    return f"{', '.join(place)}: {said}" if place else said


def in_words(problem: Problem, *, most: int = 60) -> str:
    """One sentence without its place: what is wrong, what is allowed (if no more than `most`), the nearest name."""
    sentence = problem.sentence if problem.sentence in _TEMPLATES else ""
    whole = bool(sentence) and "{allowed}" in sentence
    if problem.code in BY_CODE and not whole:
        sentence = BY_CODE[problem.code]
    template: str | Promise = gettext(sentence) if sentence else gettext(problem.message)
    said = str(template)
    if sentence:
        # What the operating system said has a translation of its own (`kernel.os_words`).
        params = {name: gettext(text) if name == "reason" else text for name, text in problem.params.items()}
        said = said.format_map(_Open(params))
    if not str(template).startswith("{"):
        # A name at the beginning stays as it is written.
        said = said[:1].upper() + said[1:]
    if problem.allowed and not whole and len(problem.allowed) <= most:
        said += " " + gettext("Allowed: %(names)s.") % {"names": ", ".join(problem.allowed)}
    if problem.hint:
        said += " " + gettext("Did you mean %(name)s?") % {"name": problem.hint}
    return said
