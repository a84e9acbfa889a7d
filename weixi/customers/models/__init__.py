from __future__ import annotations

from weixi.customers.acts.models import ActRow, ActRun
from weixi.customers.duplicates.models import DuplicatePair, DuplicateScan, MatchCut, MatchKey, MatchTodo
from weixi.customers.exporting.models import ExportRun
from weixi.customers.groups.models import CustomerLink
from weixi.customers.importing.models import ImportMemory, ImportPart, ImportRun
from weixi.customers.lists.models import ListLayout, SavedView
from weixi.customers.merging.models import MergeRecord
from weixi.customers.models.attachment import Attachment, FileTotal
from weixi.customers.models.contact import Contact
from weixi.customers.models.custom import CustomField, CustomValue
from weixi.customers.models.customer import Customer, NumberSequence
from weixi.customers.models.paper import PaperTemplate
from weixi.customers.models.quality import ArchiveState, QualityClock, QualitySnapshot
from weixi.customers.models.registration import Registration
from weixi.customers.models.seen import RecordView
from weixi.customers.models.tag import CustomerTag, Tag
from weixi.customers.occasions.models import Occasion
from weixi.customers.people_map.models import ContactInfluence, ContactPlace
from weixi.customers.visiting.models import VisitChoice

__all__ = [
    "ActRow",
    "ActRun",
    "ArchiveState",
    "Attachment",
    "Contact",
    "ContactInfluence",
    "ContactPlace",
    "CustomField",
    "CustomValue",
    "Customer",
    "CustomerLink",
    "CustomerTag",
    "DuplicatePair",
    "DuplicateScan",
    "ExportRun",
    "FileTotal",
    "ImportMemory",
    "ImportPart",
    "ImportRun",
    "ListLayout",
    "MatchCut",
    "MatchKey",
    "MatchTodo",
    "MergeRecord",
    "NumberSequence",
    "Occasion",
    "PaperTemplate",
    "QualityClock",
    "QualitySnapshot",
    "RecordView",
    "Registration",
    "SavedView",
    "Tag",
    "VisitChoice",
]
