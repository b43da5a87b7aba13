"""What the register refuses, each named for the fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from merchants.kinds import VendorState
from merchants.sentences import Sentence


class MerchantsError(Exception):
    """Base of every refusal of this package."""


class MarketNotFound(MerchantsError):
    """No market has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no market has the code {code!r}")
        self.code = code


class VendorNotFound(MerchantsError):
    """No vendor has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no vendor has the code {code!r}")
        self.code = code


class StallNotFound(MerchantsError):
    """No stall of this market has this code."""

    def __init__(self, market_code: str, stall_code: str) -> None:
        super().__init__(f"market {market_code!r} has no stall {stall_code!r}")
        self.market_code = market_code
        self.stall_code = stall_code


class PosterNotFound(MerchantsError):
    """No poster was issued under this serial, or none hangs at this stall."""

    def __init__(self, named: str) -> None:
        super().__init__(f"no live poster for {named}")
        self.named = named


class PosterStepRefused(MerchantsError):
    """A poster may not be issued, installed or ended as asked."""

    def __init__(self, named: str, reason: str) -> None:
        super().__init__(f"poster of {named}: {reason}")
        self.named = named
        self.reason = reason


class MarketRefused(MerchantsError):
    """A market cannot be registered: one of its details breaks a rule."""

    def __init__(self, code: str, field: str, reason: str) -> None:
        super().__init__(f"market {code!r}, {field}: {reason}")
        self.code = code
        self.field = field


class CalendarRuleRefused(MerchantsError):
    """The parameters of a market calendar rule cannot be read."""

    def __init__(self, rule_type: str, params: str, reason: str) -> None:
        super().__init__(f"calendar rule {rule_type} with params {params!r}: {reason}")
        self.rule_type = rule_type
        self.params = params
        self.reason = reason


class LunarDateOutOfRange(MerchantsError):
    """A day is outside the years for which the lunar calendar is reckoned."""

    def __init__(self, day: date, year_min: int, year_max: int) -> None:
        super().__init__(f"no lunar date for {day:%d/%m/%Y}: years {year_min} to {year_max} only")
        self.day = day


class MarketListRefused(MerchantsError):
    """A list of markets is not read: one line of it is wrong."""

    def __init__(self, line: int, column: str, value: str, reason: str) -> None:
        super().__init__(f"market list, line {line}, column {column}, value {value!r}: {reason}")
        self.line = line
        self.column = column
        self.value = value
        self.reason = reason


class SheetRefused(MerchantsError):
    """A vendor sheet is not read at all; the reason is a sentence for whoever sent the file."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Không đọc được tệp {name}: {reason}")
        self.name = name
        self.reason = Sentence.of(reason)


class BankNotRecognised(MerchantsError):
    """A hand-written bank name means no participant, or more than one."""

    def __init__(self, text: str, nearest: tuple[str, ...]) -> None:
        super().__init__(f"bank {text!r} is not recognised; nearest: {', '.join(nearest)}")
        self.text = text
        self.nearest = nearest


class PayloadAltered(MerchantsError):
    """A poster's stored payload is not the one recorded when it was issued."""

    def __init__(self, serial: str) -> None:
        super().__init__(f"the stored payload of poster {serial} is not the one that was issued")
        self.serial = serial


class EntryRefused(MerchantsError):
    """What somebody filled in breaks rules; by field one Vietnamese sentence for whoever did."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in faults.items()))
        self.faults = faults


class ProgrammeNotFound(MerchantsError):
    """No programme has this code, or it has no such wave."""

    def __init__(self, named: str) -> None:
        super().__init__(f"no programme or wave {named!r}")
        self.named = named


class ProgrammeChangedMeanwhile(MerchantsError):
    """Somebody else changed the programme or the wave after the form was opened."""

    def __init__(self, named: str, changes: Sequence["FieldChange"]) -> None:
        told = "; ".join(
            f"{each.field} by {each.actor} at {each.at.isoformat()}" for each in changes
        )
        super().__init__(f"programme or wave {named} was changed meanwhile: {told}")
        self.named = named
        self.changes = tuple(changes)


class TargetNotFound(MerchantsError):
    """No target has this number."""

    def __init__(self, target_id: int) -> None:
        super().__init__(f"no target has the number {target_id}")
        self.target_id = target_id


class TargetSetMeanwhile(MerchantsError):
    """The target somebody replaces or withdraws is not, or no longer, the one that counts."""

    def __init__(self, current_id: int | None) -> None:
        counts = "none" if current_id is None else f"number {current_id}"
        super().__init__(f"the target that counts is now {counts}: look again before replacing it")
        self.current_id = current_id


class CashPointNotFound(MerchantsError):
    """This market's directory has no such cash point."""

    def __init__(self, market_code: str, cash_point_id: int) -> None:
        super().__init__(f"market {market_code!r} has no cash point {cash_point_id}")
        self.market_code = market_code
        self.cash_point_id = cash_point_id


class TeamNotFound(MerchantsError):
    """This market has no such team."""

    def __init__(self, market_code: str, team_id: int) -> None:
        super().__init__(f"market {market_code!r} has no team {team_id}")
        self.market_code = market_code
        self.team_id = team_id


class TeamMemberNotFound(MerchantsError):
    """This market has no such team member, or not on the day."""

    def __init__(self, market_code: str, member_id: int) -> None:
        super().__init__(f"market {market_code!r} has no team member {member_id}")
        self.market_code = market_code
        self.member_id = member_id


class VisitNotFound(MerchantsError):
    """This market has no such visit."""

    def __init__(self, market_code: str, visit_id: int) -> None:
        super().__init__(f"market {market_code!r} has no visit {visit_id}")
        self.market_code = market_code
        self.visit_id = visit_id


class ModelCardNotFound(MerchantsError):
    """This market has no 4-G card, or not of this programme."""

    def __init__(self, market_code: str, programme_code: str = "") -> None:
        of = f" of programme {programme_code!r}" if programme_code else ""
        super().__init__(f"market {market_code!r} has no model card{of}")
        self.market_code = market_code
        self.programme_code = programme_code


class ModelCardChangedMeanwhile(MerchantsError):
    """Somebody else saved the card after it was opened for editing."""

    def __init__(self, changed_at: datetime, changed_by: str) -> None:
        super().__init__(f"the model card was changed at {changed_at.isoformat()} by {changed_by}")
        self.changed_at = changed_at
        self.changed_by = changed_by


class AdminUnitNotFound(MerchantsError):
    """No administrative unit had this code on the day."""

    def __init__(self, code: str, on: date) -> None:
        super().__init__(f"no administrative unit had the code {code!r} on {on:%d/%m/%Y}")
        self.code = code
        self.on = on


class AreaNotFound(MerchantsError):
    """No area group has this code, or not for whoever asks."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no area group has the code {code!r}")
        self.code = code


class ZoneNotFound(MerchantsError):
    """This market has no such zone."""

    def __init__(self, market_code: str, named: str | int) -> None:
        super().__init__(f"market {market_code!r} has no zone {named!r}")
        self.market_code = market_code
        self.named = named


class ListRefused(MerchantsError):
    """A file of places is not taken; the reason is Vietnamese, for whoever sent the file."""

    def __init__(self, name: str, faults: Mapping[int, str]) -> None:
        told = "; ".join(
            f"dòng {line}: {fault}" if line else fault for line, fault in faults.items()
        )
        super().__init__(f"Không nhận tệp {name}: {told}")
        self.name = name
        self.faults = faults
        """By line one sentence; line 0 is the whole file."""


class StepRefused(MerchantsError):
    """A vendor may not go from the state they are in to the one asked for."""

    def __init__(
        self, vendor_code: str, current: VendorState, wanted: VendorState, missing: Sequence[str]
    ) -> None:
        super().__init__(
            f"vendor {vendor_code}: no step from {current.value} to {wanted.value}; "
            f"missing: {', '.join(missing)}"
        )
        self.vendor_code = vendor_code
        self.current = current
        self.wanted = wanted
        self.missing = tuple(missing)


class HoldingRefused(MerchantsError):
    """A stall cannot be taken, left or handed over as asked; the reason is Vietnamese."""

    def __init__(self, stall_code: str, field: str, reason: str) -> None:
        super().__init__(f"stall {stall_code}, {field}: {reason}")
        self.stall_code = stall_code
        self.field = field
        self.reason = reason


class MergeRefused(MerchantsError):
    """Two records are not merged; the reason is Vietnamese."""

    def __init__(self, kept: str, merged: str, reason: str) -> None:
        super().__init__(f"vendor {merged} is not merged into {kept}: {reason}")
        self.kept = kept
        self.merged = merged
        self.reason = reason


class MergeNotFound(MerchantsError):
    """This market has no such merge, or it has been undone."""

    def __init__(self, market_code: str, merge_id: int) -> None:
        super().__init__(f"market {market_code!r} has no standing merge {merge_id}")
        self.market_code = market_code
        self.merge_id = merge_id


class MergeChangedSince(MerchantsError):
    """A merge cannot be undone: what it moved has been changed since."""

    def __init__(self, merge_id: int, changed: Sequence[str]) -> None:
        super().__init__(f"merge {merge_id} was built upon since: {', '.join(changed)}")
        self.merge_id = merge_id
        self.changed = tuple(changed)


class ChangedMeanwhile(MerchantsError):
    """Somebody else changed the vendor after the form was opened."""

    def __init__(self, vendor_code: str, changes: Sequence["FieldChange"]) -> None:
        told = "; ".join(
            f"{each.field} by {each.actor} at {each.at.isoformat()}" for each in changes
        )
        super().__init__(f"vendor {vendor_code} was changed meanwhile: {told or 'see the history'}")
        self.vendor_code = vendor_code
        self.changes = tuple(changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field somebody changed: who, when, and both values as far as they may be shown."""

    field: str
    actor: str
    at: datetime
    old: str
    new: str


class PosterShowsName(MerchantsError):
    """A name is not changed while posters in use show the old one."""

    def __init__(self, vendor_code: str, serials: Sequence[str]) -> None:
        super().__init__(
            f"vendor {vendor_code}: the old name stands on the posters {', '.join(serials)}"
        )
        self.vendor_code = vendor_code
        self.serials = tuple(serials)


class NoticeNotFound(MerchantsError):
    """No privacy notice was published under this version, or by this day."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"no privacy notice {wanted}")
        self.wanted = wanted


class NoticeAltered(MerchantsError):
    """A published privacy notice does not have the SHA-256 it was published with."""

    def __init__(self, version: str, language: str) -> None:
        super().__init__(f"the text of notice {version}.{language} is not the one published")
        self.version = version
        self.language = language


class ConsentRefused(MerchantsError):
    """A consent cannot be recorded or withdrawn as asked."""

    def __init__(self, field: str, value: str, reason: str) -> None:
        super().__init__(f"consent, {field} {value!r}: {reason}")
        self.field = field
        self.reason = reason


class PrivacyRequestNotFound(MerchantsError):
    """There is no such privacy request at this market or of this vendor."""

    def __init__(self, request_id: int) -> None:
        super().__init__(f"no privacy request {request_id}")
        self.request_id = request_id


class PrivacyStepRefused(MerchantsError):
    """A privacy request cannot take this step now."""

    def __init__(self, request_id: int | None, field: str, reason: str) -> None:
        super().__init__(f"privacy request {request_id or 'new'}, {field}: {reason}")
        self.request_id = request_id
        self.field = field
        self.reason = reason


class CursorUnreadable(MerchantsError):
    """The place to go on from is not one that a page of this list named."""

    def __init__(self, text: str) -> None:
        super().__init__(f"no page of this list ends at {text[:40]!r}")
        self.text = text


class AcceptancePointNotFound(MerchantsError):
    """This vendor has no such open account."""

    def __init__(self, vendor_code: str, point_id: int) -> None:
        super().__init__(f"vendor {vendor_code} has no open account number {point_id}")
        self.vendor_code = vendor_code
        self.point_id = point_id


class AccountAlreadyOpen(MerchantsError):
    """The proposed account is already an open account of this vendor, under the same holder."""

    def __init__(self, vendor_code: str, tail: str) -> None:
        super().__init__(f"vendor {vendor_code} already has the account ···{tail}")
        self.vendor_code = vendor_code
        self.tail = tail


class AccountChangeNotFound(MerchantsError):
    """This market or vendor has no such proposal."""

    def __init__(self, change_id: int) -> None:
        super().__init__(f"no proposed account has the number {change_id} here")
        self.change_id = change_id


class AccountChangeOpen(MerchantsError):
    """A vendor has one proposed account at a time; the one before is not decided yet."""

    def __init__(self, vendor_code: str, change_id: int) -> None:
        super().__init__(f"vendor {vendor_code}: proposal {change_id} is not decided yet")
        self.vendor_code = vendor_code
        self.change_id = change_id


class AlreadyDecided(MerchantsError):
    """A proposal was approved, rejected or withdrawn before this step came."""

    def __init__(self, change_id: int, state: str) -> None:
        super().__init__(f"proposal {change_id} is already {state}")
        self.change_id = change_id
        self.state = state


class NotConfirmedYet(MerchantsError):
    """An account is not approved before the vendor has confirmed it."""

    def __init__(self, change_id: int) -> None:
        super().__init__(f"proposal {change_id}: the vendor has not confirmed yet")
        self.change_id = change_id


class ConfirmationRefused(MerchantsError):
    """A vendor's confirmation cannot be taken in this way, or from this person."""

    def __init__(self, change_id: int, reason: str) -> None:
        super().__init__(f"proposal {change_id}: {reason}")
        self.change_id = change_id
        self.reason = reason


class ProposerHeldTheKey(MerchantsError):
    """A PIN proves nothing to whoever gave out the link it was set by, and proposed the account."""

    def __init__(self, change_id: int) -> None:
        super().__init__(f"proposal {change_id}: its proposer also issued the vendor's link")
        self.change_id = change_id


class SecondPersonNeeded(MerchantsError):
    """Who proposed an account, or recorded the vendor's word, does not decide about it."""

    def __init__(self, change_id: int, reason: str) -> None:
        super().__init__(f"proposal {change_id} needs a second person: {reason}")
        self.change_id = change_id
        self.reason = reason


class WithdrawalRefused(MerchantsError):
    """Only who proposed an account, or the vendor, takes the proposal back."""

    def __init__(self, change_id: int) -> None:
        super().__init__(f"proposal {change_id} is taken back by who made it, or by the vendor")
        self.change_id = change_id


class DisplayedCodeNotFound(MerchantsError):
    """No such QR code is recorded at this stall, or it is gone."""

    def __init__(self, stall_code: str, code_id: int) -> None:
        super().__init__(f"stall {stall_code} shows no QR code number {code_id}")
        self.stall_code = stall_code
        self.code_id = code_id


class CodeNotRecorded(MerchantsError):
    """What was scanned or pasted is not recorded; the reason is Vietnamese, for whoever sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ImportNotFound(MerchantsError):
    """This market has no such import."""

    def __init__(self, import_id: int) -> None:
        super().__init__(f"no import has the number {import_id} here")
        self.import_id = import_id


class ImportStepRefused(MerchantsError):
    """An import is not in the state the asked step begins in."""

    def __init__(self, import_id: int, state: str, step: str) -> None:
        super().__init__(f"import {import_id} is {state}: it cannot be {step}")
        self.import_id = import_id
        self.state = state


class ImportFileForgotten(MerchantsError):
    """The file of an import is not kept any more, or what it changed is not."""

    def __init__(self, import_id: int) -> None:
        super().__init__(f"what import {import_id} read or changed is no longer kept")
        self.import_id = import_id


class NewerImportStands(MerchantsError):
    """Imports are undone newest first: a newer one of this market has changed something."""

    def __init__(self, import_id: int, newer_id: int) -> None:
        super().__init__(f"import {import_id} is not undone while the newer {newer_id} stands")
        self.import_id = import_id
        self.newer_id = newer_id


class ImportChangedSince(MerchantsError):
    """An import cannot be undone: what it wrote has been changed since. Nothing is undone."""

    def __init__(self, import_id: int, changed: Sequence[tuple[str, str]]) -> None:
        told = ", ".join(f"{place} ({column})" for place, column in changed[:20])
        more = f" and {len(changed) - 20} more" if len(changed) > 20 else ""
        super().__init__(f"import {import_id} was built upon since: {told}{more}")
        self.import_id = import_id
        self.changed = tuple(changed)
        """Stall code (or the name of a zone) and column, in Vietnamese words."""


class PaymentsNotSeen(MerchantsError):
    """The vendor is in the poster-only tier: nobody is told of their payments."""

    def __init__(self, vendor_code: str) -> None:
        super().__init__(f"vendor {vendor_code} lets nobody see payments")
        self.vendor_code = vendor_code


class LedgerHoldsFingerprints(MerchantsError):
    """The ledger names accounts by their fingerprint: under another key payments would count twice."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"the ledger holds {rows} rows that name accounts by a fingerprint of the old key; "
            "with another key the same payments would be taken for new ones"
        )
        self.rows = rows


class AuditRefused(MerchantsError):
    """A round of checks is not drawn; the reason is Vietnamese."""

    def __init__(self, market_code: str, on: date, reason: str) -> None:
        super().__init__(f"market {market_code}, {on:%d/%m/%Y}: {reason}")
        self.market_code = market_code
        self.on = on
        self.reason = reason


class RoundNotFound(MerchantsError):
    """This market has no such round of checks."""

    def __init__(self, market_code: str, round_id: int) -> None:
        super().__init__(f"market {market_code!r} has no round {round_id}")
        self.market_code = market_code
        self.round_id = round_id


class CheckRefused(MerchantsError):
    """A look at a poster is not recorded; the reason is Vietnamese, for whoever looked."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"check of a poster, {field}: {reason}")
        self.field = field
        self.reason = reason


class CheckNotFound(MerchantsError):
    """This market or vendor has no such check of a poster."""

    def __init__(self, check_id: int) -> None:
        super().__init__(f"no check of a poster has the number {check_id} here")
        self.check_id = check_id


class IncidentNotFound(MerchantsError):
    """This market or vendor has no such incident."""

    def __init__(self, incident_id: int) -> None:
        super().__init__(f"no incident has the number {incident_id} here")
        self.incident_id = incident_id


class IncidentStepRefused(MerchantsError):
    """An incident does not take this step from where it stands; the reason is Vietnamese."""

    def __init__(self, incident_id: int, state: str, reason: str) -> None:
        super().__init__(f"incident {incident_id} is {state}: {reason}")
        self.incident_id = incident_id
        self.state = state
        self.reason = reason


class ComplaintNotFound(MerchantsError):
    """This market or vendor has no such complaint."""

    def __init__(self, complaint_id: int) -> None:
        super().__init__(f"no complaint has the number {complaint_id} here")
        self.complaint_id = complaint_id


class ComplaintStepRefused(MerchantsError):
    """A complaint does not take this step from where it stands; the reason is Vietnamese."""

    def __init__(self, complaint_id: int, state: str, reason: str) -> None:
        super().__init__(f"complaint {complaint_id} is {state}: {reason}")
        self.complaint_id = complaint_id
        self.state = state
        self.reason = reason


class PosterEnded(MerchantsError):
    """A poster is not drawn any more: it was replaced or revoked."""

    def __init__(self, serial: str) -> None:
        super().__init__(f"poster {serial} is no longer in use")
        self.serial = serial


class PostersBusy(MerchantsError):
    """Too many posters wait to be drawn; asked for again in a moment, they are."""

    def __init__(self) -> None:
        super().__init__("too many posters wait to be drawn")


class BookNotFound(MerchantsError):
    """The market has no book of posters of this number."""

    def __init__(self, book_id: int) -> None:
        super().__init__(f"no book of posters has the number {book_id} here")
        self.book_id = book_id


class BookGone(MerchantsError):
    """A book of posters is not handed out any more: its files are gone, or posters in it ended."""

    def __init__(self, book_id: int, serials: Sequence[str] = ()) -> None:
        why = f"not in use any more: {', '.join(serials)}" if serials else "its files are gone"
        super().__init__(f"book of posters {book_id}: {why}")
        self.book_id = book_id
        self.serials = list(serials)


class BookNotReady(MerchantsError):
    """A book of posters is asked for before it is drawn."""

    def __init__(self, book_id: int) -> None:
        super().__init__(f"book of posters {book_id} is not drawn yet")
        self.book_id = book_id
