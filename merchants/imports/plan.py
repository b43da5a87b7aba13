"""What an import will change in the register, row by row, decided before anything is written.

Rows are taken in the order of market and stall code, whatever their order in the file, so that the
same rows give the same register. Of two rows that disagree about one vendor the first by stall code
counts and the other is told so. An empty cell says nothing and erases nothing.
"""

from datetime import date, datetime, timedelta

from merchants.code_order import code_order
from merchants.imports.drafts import HoldingDraft, StallDraft, VendorDraft, ZoneDraft
from merchants.imports.plan_points import NOT_USED_YET, PointPlanner, compare_holder, holder_match
from merchants.imports.plan_rows import Fingerprints, FirstWord, RowPlan, RowRefused
from merchants.imports.standing import Standing, name_key
from merchants.kinds import AcceptancePointState, PosterEnd, PosterState, StallState, VendorState
from merchants.remedies import remedied_whole
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.sheets.application import Application

_ONE_DAY = timedelta(days=1)
_WITHOUT_VENDOR = frozenset({StallState.VACANT, StallState.PLANNED})


class RegisterPlan:
    """Plan the applications of a sheet into the register as it stands.

    Args:
        listed_on: the day from which the sheet's facts hold when no date of their own says so.
        today: the day of the import.
    """

    def __init__(
        self, standing: Standing, *, sealer: Sealer, now: datetime, listed_on: date, today: date
    ) -> None:
        self.standing = standing
        self.sealer = sealer
        self.now = now
        self.listed_on = listed_on
        self.today = today
        self.rows: list[RowPlan] = []
        self.first_word = FirstWord()
        self.points = PointPlanner(standing, self.first_word, sealer, listed_on, today)

    def take(self, application: Application, *, corrects_name: bool = False) -> RowPlan:
        """Plan one row, all of it or nothing.

        Args:
            corrects_name: another name than the holder's is the holder's own, written anew.

        Raises:
            RowRefused: it contradicts what is registered or what an earlier row said.
        """
        market_id = self.standing.market_ids[application.market_code]
        stall = self.standing.stalls.get((market_id, application.stall_code))
        row = RowPlan(application)
        if application.full_name:
            self._take_vendor(row, market_id, stall, corrects_name=corrects_name)
        else:
            self._take_stall(row, market_id, stall)
        self.rows.append(row)
        return row

    def finish(self) -> None:
        """Compare the names of the vendors the rows touched, and remark what people must look at."""
        for row in self.rows:
            for point in row.vendor.points if row.vendor else []:
                row.note(compare_holder(point, self.today))
            for proposal in row.proposals:
                if proposal.id is None:
                    proposal.put("name_match", holder_match(proposal))
        for row in self.rows:
            row.remarks.extend(self.points.to_watch(row))

    def _take_stall(self, row: RowPlan, market_id: int, stall: StallDraft | None) -> None:
        stall = stall or self._new_stall(row, market_id)
        if stall.holding is not None and row.application.stall_state in _WITHOUT_VENDOR:
            self._end_holding(row, stall, stall.holding)
        self._merge_stall(row, stall)

    def _take_vendor(
        self, row: RowPlan, market_id: int, stall: StallDraft | None, *, corrects_name: bool
    ) -> None:
        application = row.application
        prints = Fingerprints(application, self.sealer)
        holder = stall.holding.vendor if stall and stall.holding else None
        vendor = _holder_meant(
            application, holder, prints, corrects_name=corrects_name
        ) or self._known_vendor(market_id, application.full_name, prints)
        if vendor is not None:
            self.points.check(application, vendor, prints)

        # From here on nothing is refused any more: a row is taken whole.
        stall = stall or self._new_stall(row, market_id)
        self._merge_stall(row, stall)
        row.vendor = vendor = vendor or self._new_vendor(row, market_id)
        self._merge_vendor(row, vendor, prints)
        if stall.holding is None:
            self._begin_holding(row, stall, vendor)
        self.points.merge(row, vendor, prints)
        self.standing.index_vendor(vendor)
        self._note_installation(row, stall, vendor)

    def _known_vendor(
        self, market_id: int, full_name: str, prints: Fingerprints
    ) -> VendorDraft | None:
        """Return the vendor of this name with the same phone or account, at whatever stall."""
        for fingerprint in (prints.phone, prints.bank, prints.wallet):
            key = (market_id, name_key(full_name), fingerprint)
            if fingerprint and key in self.standing.vendors:
                return self.standing.vendors[key]
        return None

    def _new_stall(self, row: RowPlan, market_id: int) -> StallDraft:
        row.change = "created"
        code = row.application.stall_code
        stall = StallDraft(
            {
                "market_id": market_id,
                "code": code,
                "code_order": code_order(code),
                "goods_group": "",
                "state": row.application.stall_state or StallState.OCCUPIED,
                "displayed_codes": None,
                "audited_on": None,
            }
        )
        self.standing.stalls[market_id, code] = stall
        self.standing.add(stall)
        return stall

    def _merge_stall(self, row: RowPlan, stall: StallDraft) -> None:
        application = row.application
        if application.zone:
            row.note(stall.move_to(self._zone(stall.values["market_id"], application.zone)))
        if application.goods_group:
            row.note(stall.put("goods_group", application.goods_group))
        row.note(stall.put("state", application.stall_state or _state_with_vendor(stall)))
        last_audit = stall.values["audited_on"]
        if application.audited_on and (last_audit is None or application.audited_on >= last_audit):
            row.note(stall.put("audited_on", application.audited_on))
            row.note(stall.put("displayed_codes", application.displayed_codes))

    def _zone(self, market_id: int, name: str) -> ZoneDraft:
        key = (market_id, name.casefold())
        if key not in self.standing.zones:
            self.standing.zones[key] = ZoneDraft({"market_id": market_id, "name": name})
            self.standing.add(self.standing.zones[key])
        return self.standing.zones[key]

    def _new_vendor(self, row: RowPlan, market_id: int) -> VendorDraft:
        row.note(True)
        vendor = VendorDraft(
            {
                "market_id": market_id,
                "full_name": "",
                "business_name": "",
                "display_name": "",
                "phone_hash": None,
                "consented_on": None,
                "state": VendorState.LISTED,
                "state_since": self.now,
                "registered_at": self.now,
            }
        )
        self.standing.add(vendor)
        return vendor

    def _merge_vendor(self, row: RowPlan, vendor: VendorDraft, prints: Fingerprints) -> None:
        application, say = row.application, self.first_word.say
        say(row, vendor, "full_name", application.full_name)
        say(row, vendor, "business_name", application.business_name)
        self._note_consent(row, vendor)
        if say(row, vendor, "phone_hash", prints.phone):
            vendor.put("phone_sealed", self.sealer.seal(application.phone))
            vendor.put("phone_tail", application.phone[-3:])

    def _note_consent(self, row: RowPlan, vendor: VendorDraft) -> None:
        """Note the day of a first consent; what is in the ledger of consents a sheet cannot move."""
        told, noted = row.application.consented_on, vendor.values["consented_on"]
        if told is None:
            return
        is_told_here = self.first_word.told_by(vendor, "consented_on") is not None
        if noted is not None and noted != told and not is_told_here:
            row.remarks.append(
                remedied_whole(
                    Sentence(
                        "Ngày đồng ý đã ghi là {noted:%d/%m/%Y}, tệp ghi {told:%d/%m/%Y}",
                        noted=noted,
                        told=told,
                    ),
                    "giữ ngày đã ghi",
                )
            )
        elif noted is None and vendor.withdrew_on is not None and told <= vendor.withdrew_on:
            row.remarks.append(
                remedied_whole(
                    Sentence(
                        "Người bán đã rút lại sự đồng ý ngày {withdrew:%d/%m/%Y} nên không ghi "
                        "ngày đồng ý {told:%d/%m/%Y}",
                        withdrew=vendor.withdrew_on,
                        told=told,
                    ),
                    "hỏi lại rồi ghi ngày đồng ý mới",
                )
            )
        else:
            self.first_word.say(row, vendor, "consented_on", told)

    def _begin_holding(self, row: RowPlan, stall: StallDraft, vendor: VendorDraft) -> None:
        """Give the stall to the vendor from the first day the row itself shows them there.

        Not before the last holder's last day is over: a day belongs to one holder.
        """
        application = row.application
        told = (application.consented_on, application.contract_from, application.audited_on)
        from_on = min([self.listed_on, *(day for day in told if day)])
        if stall.held_until is not None and from_on <= stall.held_until:
            from_on = stall.held_until + _ONE_DAY
            if from_on > self.listed_on:
                row.remarks.append(
                    remedied_whole(
                        Sentence(
                            "Người trước giữ gian hàng đến hết ngày {until:%d/%m/%Y}",
                            until=stall.held_until,
                        ),
                        Sentence(
                            "{name} giữ từ {first:%d/%m/%Y}",
                            name=application.full_name,
                            first=from_on,
                        ),
                    )
                )
        values = {"from_on": from_on, "to_on": None}
        stall.holding = HoldingDraft(values, stall=stall, vendor=vendor)
        self.standing.add(stall.holding)
        row.note_taken()

    def _end_holding(self, row: RowPlan, stall: StallDraft, holding: HoldingDraft) -> None:
        """Take back a stall, and the posters that would go on paying who has left.

        On the day of the list the stall is empty, so the day before was the holder's last, as when
        a stall is handed over; a holding that began no earlier lasted its one day.
        """
        last_on = max(self.listed_on - _ONE_DAY, holding.values["from_on"])
        row.note(holding.put("to_on", last_on))
        name = holding.vendor.values["full_name"]
        row.remarks.append(
            Sentence("{name} giữ gian hàng đến hết ngày {last:%d/%m/%Y}.", name=name, last=last_on)
        )
        for poster in stall.posters:
            poster.put("state", PosterState.REVOKED)
            poster.put("ended_on", max(self.listed_on, poster.values["issued_on"]))
            poster.put("end_reason", PosterEnd.LEFT.value)
            row.remarks.append(
                remedied_whole(
                    Sentence("Thu hồi tấm mã {serial}", serial=poster.values["serial"]),
                    "gỡ khỏi gian hàng",
                )
            )
        stall.holding, stall.posters, stall.held_until = None, [], last_on

    def _note_installation(self, row: RowPlan, stall: StallDraft, vendor: VendorDraft) -> None:
        """Note on the stall's posters the day the row says they were hung up."""
        day = row.application.installed_on
        if day is None or not stall.posters:
            return
        if day > self.today:
            row.remarks.append(
                remedied_whole(
                    Sentence("Ngày treo {day:%d/%m/%Y} chưa tới", day=day), "ghi sau khi đã treo"
                )
            )
            return
        for poster in stall.posters:
            issued_on = poster.values["issued_on"]
            if day < issued_on:
                row.remarks.append(
                    remedied_whole(
                        Sentence(
                            "Ngày treo {day:%d/%m/%Y} trước ngày cấp tấm mã {issued:%d/%m/%Y} nên chưa ghi",
                            day=day,
                            issued=issued_on,
                        ),
                        "xem lại ngày treo",
                    )
                )
                continue
            row.note(poster.put("installed_on", day))
            if poster.values["state"] in {PosterState.GENERATED, PosterState.PRINTED}:
                row.note(poster.put("state", PosterState.INSTALLED))
            for point in vendor.points:
                is_paid_to = point.id == poster.values["acceptance_point_id"]
                if is_paid_to and point.values["state"] in NOT_USED_YET:
                    row.note(point.put("state", AcceptancePointState.LIVE))


def _holder_meant(
    application: Application,
    holder: VendorDraft | None,
    prints: Fingerprints,
    *,
    corrects_name: bool,
) -> VendorDraft | None:
    """Return the stall's holder when the row means the same person, ``None`` for a free stall.

    Raises:
        RowRefused: the row means somebody else, or renames who is named on a live poster.
    """
    if holder is None:
        return None
    name = holder.values["full_name"]
    if name_key(name) == name_key(application.full_name):
        return holder
    known = {holder.values["phone_hash"], *(p.values["account_hash"] for p in holder.points)}
    if not corrects_name and not known & prints.given:
        raise RowRefused(
            Sentence(
                "Gian hàng {stall} đang do {name} giữ", stall=application.stall_code, name=name
            ),
            "người cũ đã trả gian thì nhập dòng có tình trạng “Trống” trước, rồi nhập lại dòng này",
            key="stall_code",
        )
    if holder.posters:
        raise RowRefused(
            Sentence(
                "Họ tên đổi từ {was} thành {name}, mà tấm mã in tên cũ đang dùng",
                was=name,
                name=application.full_name,
            ),
            "thu hồi tấm mã trước, rồi nhập lại dòng này",
            key="full_name",
        )
    return holder


def _state_with_vendor(stall: StallDraft) -> StallState:
    """Return the state of a stall about which a row says nothing but who is there."""
    state: StallState = stall.values["state"]
    return StallState.OCCUPIED if state in _WITHOUT_VENDOR else state
