"""How progress, needs and things to do are named to people, in Vietnamese; pages translate them."""

from collections.abc import Mapping
from types import MappingProxyType

from market.overview.to_do import ToDoKind
from merchants.kinds import EventAction
from merchants.stalls.progress import Need, Progress

PROGRESS: Mapping[Progress, str] = MappingProxyType(
    {
        Progress.ACTIVE: "Đang nhận tiền",
        Progress.READY: "Có mã, chưa dùng",
        Progress.DOING: "Đang làm hồ sơ",
        Progress.ISSUE: "Cần xử lý",
        Progress.NOT_BEGUN: "Chưa bắt đầu",
        Progress.VACANT: "Trống, tạm nghỉ",
    }
)

NEEDS: Mapping[Need, str] = MappingProxyType(
    {
        Need.SUSPENDED: "Đang tạm dừng",
        Need.ACCOUNT_CHANGE: "Đổi tài khoản, chờ duyệt",
        Need.WRONG_POSTER: "Tấm mã trả vào tài khoản khác",
        Need.NAME: "Sai tên chủ tài khoản",
        Need.REVOKED: "Tấm mã đã thu hồi, chưa cấp lại",
        Need.INSTALL: "Đã cấp mã, chưa treo",
        Need.DORMANT: "Lâu chưa có khách trả",
        Need.DRAFT: "Hồ sơ dở",
        Need.START: "Chưa làm hồ sơ",
        Need.NONE: "",
    }
)

TO_DO: Mapping[ToDoKind, str] = MappingProxyType(
    {
        ToDoKind.INCIDENTS: "Mã lạ ở gian hàng, cần xử lý ngay",
        ToDoKind.PRIVACY: "Yêu cầu về dữ liệu cá nhân",
        ToDoKind.COMPLAINTS: "Phản ánh về tiền, chờ trả lời",
        ToDoKind.ACCOUNTS: "Tài khoản chờ duyệt",
        ToDoKind.BREAKS: "Khoản lệch chờ xử lý",
        ToDoKind.DAYS: "Ngày chợ chưa chốt",
        ToDoKind.NAMES: "Tên chủ tài khoản chưa khớp",
        ToDoKind.POSTERS: "Tấm mã sai hoặc đã thu hồi",
        ToDoKind.SUSPENDED: "Người bán đang tạm dừng",
        ToDoKind.DRAFTS: "Hồ sơ đang làm dở",
        ToDoKind.INSTALL: "Tấm mã đã cấp, chưa treo",
        ToDoKind.START: "Gian hàng chưa bắt đầu",
        ToDoKind.DORMANT: "Người bán lâu chưa có khách trả",
        ToDoKind.IMPORT: "Dòng bị trả lại ở tệp mới nhập",
        ToDoKind.DOUBLES: "Cặp hồ sơ có thể là một người",
    }
)

DONE: Mapping[EventAction, str] = MappingProxyType(
    {
        EventAction.REGISTERED: "Ghi người bán mới",
        EventAction.ACCOUNT_DECIDED: "Quyết định đổi tài khoản",
        EventAction.POSTER_ISSUED: "Cấp tấm mã",
        EventAction.POSTER_INSTALLED: "Ghi đã treo tấm mã",
        EventAction.POSTER_ENDED: "Thu hồi tấm mã",
        EventAction.CONSENT_WITHDRAWN: "Rút lại sự đồng ý",
        EventAction.PRIVACY_COMPLETED: "Xong yêu cầu về dữ liệu",
        EventAction.IMPORTED: "Nhập tệp Excel",
        EventAction.IMPORT_UNDONE: "Hoàn lại một lần nhập",
        EventAction.MERGED: "Gộp hai hồ sơ",
        EventAction.VISITED: "Ghé gian hàng",
        EventAction.AUDIT_DRAWN: "Bốc tấm mã để kiểm tra",
        EventAction.INCIDENT_CLOSED: "Đóng sự cố mã lạ",
        EventAction.COMPLAINT_MOVED: "Xử lý phản ánh về tiền",
    }
)
