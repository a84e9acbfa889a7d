"""What is kept of an import: the run, its plan row by row, and the answers a person gave about columns."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to be matched")
    CHECKING = "checking", _("Being checked")
    ASKING = "asking", _("A question to answer")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    PAUSED = "paused", _("Paused")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


# Runs that may still write something.
OPEN = (
    RunState.UPLOADED, RunState.CHECKING, RunState.ASKING, RunState.CHECKED, RunState.RUNNING, RunState.FAILED,
    RunState.PAUSED,
)  # fmt: skip
# Runs whose rows may be taken back: nothing of them is written any more.
ENDED = (RunState.DONE, RunState.CANCELLED)


class Counted(models.Model):
    """What comes, or came, of the rows of a file."""

    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    # Contacts that rows of customers bring beside them.
    contacts_created = models.IntegerField(default=0)
    contacts_updated = models.IntegerField(default=0)
    # Taking back: things the run had made, cells that have their former value again.
    taken_back = models.IntegerField(default=0)
    restored = models.IntegerField(default=0)

    class Meta:
        abstract = True


class ImportRun(Counted):
    """One file being imported once. The counts are the plan's until the run is done, then what happened.

    read = created + updated + unchanged + rejected + skipped, in rows of the file, always.
    """

    kind = models.CharField(_("what"), max_length=20)
    state = models.CharField(_("state"), max_length=12, choices=RunState.choices, default=RunState.UPLOADED)
    file_name = models.CharField(_("file"), max_length=200)
    # Its own folder under WEIXI_HOME/files/imports, holding the file as it came and the error file.
    folder = models.CharField(max_length=40)
    stored_name = models.CharField(max_length=40)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    # ReadChoices a person made: sheet, header_row, encoding, delimiter.
    choices = models.JSONField(default=dict)
    # The field of every column in order (null: left out), and its header as it stood in the file.
    header = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    # Answers by column number, as text: {"3": "dmy"}.
    answers = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    # Of file, choices, mapping, answers and options: equal keys are the same import.
    key = models.CharField(max_length=64, blank=True)
    create_customers = models.BooleanField(default=False)
    # It was writing when it was paused.
    wrote = models.BooleanField(default=False)
    # Go on to write as soon as the check has ended, without asking.
    straight_on = models.BooleanField(default=False)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)

    read = models.IntegerField(default=0)
    # [row, sentence] of names like those in the archive; how many there were stands in `similar`.
    warnings = models.JSONField(default=list)
    similar = models.IntegerField(default=0)
    # [row, planned, done]: rows decided anew because the archive changed between check and write.
    redecided = models.JSONField(default=list)
    # What taking back leaves as it is.
    kept = models.IntegerField(default=0)
    undo_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    error_name = models.CharField(max_length=100, blank=True)
    fault = models.TextField(blank=True)
    job_id = models.BigIntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "customers"
        ordering = ["-id"]
        indexes = [models.Index(fields=["sha256", "kind"], name="import_same_file")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("import-run", args=[self.pk])

    @property
    def place(self) -> Path:
        """The folder of the run's files."""
        return Path(settings.MEDIA_ROOT) / "imports" / self.folder

    @property
    def source(self) -> Path:
        return self.place / self.stored_name

    @property
    def error_file(self) -> Path | None:
        return self.place / self.error_name if self.error_name else None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def counted(self) -> bool:
        """Whether its counts say something: of a run that was given up they are what it would have done."""
        return self.state not in (RunState.UPLOADED, RunState.CHECKING, RunState.ASKING, RunState.CANCELLED)


class ImportPart(Counted):
    """The plan of some hundred rows that are written in one transaction.

    `plan` is one `[row, act, target, digest]` per row of the file, act one of c u s r k (create, update,
    same, reject, skip), the target an id or null; once `done` it is what happened. `reasons` has the
    sentences of rejected rows by row number.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="parts")
    seq = models.IntegerField()
    plan = models.JSONField()
    reasons = models.JSONField(default=dict)
    # Rows that are rejected because a row they hang on is not taken: not decided again when written.
    hanging = models.JSONField(default=list)
    done = models.BooleanField(default=False)
    # Ids of the events that writing this portion has stated: with them stands what was before.
    events = models.JSONField(default=list)
    undone = models.BooleanField(default=False)
    # Those that taking it back has stated.
    undo_events = models.JSONField(default=list)
    # [kind of thing, id, field or "", why it stays] of what was not taken back.
    kept = models.JSONField(default=list)

    class Meta:
        app_label = "customers"
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="import_part_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.seq}"


class ImportMemory(models.Model):
    """What a person answered about a column the last time: offered again with the next file, his own before
    that of colleagues."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    header_key = models.CharField(max_length=120)
    # None: the column was left out.
    field = models.CharField(max_length=40, null=True)
    answer = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        app_label = "customers"
        constraints = [models.UniqueConstraint(fields=["person", "kind", "header_key"], name="import_memory_once")]
        # What colleagues have answered about the columns of a file.
        indexes = [models.Index(fields=["kind", "header_key"], name="import_memory_of_all")]

    def __str__(self) -> str:
        return f"{self.kind} {self.header_key}"
