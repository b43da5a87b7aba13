"""What proposals, contracts and displayed codes are called, in Vietnamese; the pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.acceptance.code_lists import CodeLink
from merchants.acceptance.lists import ContractState
from merchants.kinds import AccountChangeState, CodeScheme, Confirmation

CHANGE_STATES: Mapping[AccountChangeState, str] = MappingProxyType(
    {
        AccountChangeState.PROPOSED: "chờ người bán xác nhận",
        AccountChangeState.CONFIRMED: "chờ người thứ hai duyệt",
        AccountChangeState.APPROVED: "đã duyệt",
        AccountChangeState.REJECTED: "trả lại",
        AccountChangeState.WITHDRAWN: "đã rút lại",
    }
)
CONFIRMATIONS: Mapping[Confirmation, str] = MappingProxyType(
    {
        Confirmation.PIN: "bằng mã PIN của người bán",
        Confirmation.SIGNATURE: "bằng chữ ký trên giấy",
        Confirmation.SPOKEN: "bằng lời nói có ghi âm",
    }
)
CONTRACT_STATES: Mapping[ContractState, str] = MappingProxyType(
    {
        ContractState.NONE: "chưa có hợp đồng",
        ContractState.NOT_YET: "hợp đồng chưa bắt đầu",
        ContractState.RUNNING: "hợp đồng còn hạn",
        ContractState.EXPIRED: "hợp đồng hết hạn",
    }
)
CODE_LINKS: Mapping[CodeLink, str] = MappingProxyType(
    {
        CodeLink.OWN: "tài khoản của gian hàng",
        CodeLink.OTHER: "tài khoản của người bán khác",
        CodeLink.ENDED: "tài khoản đã đóng",
        CodeLink.UNKNOWN: "tài khoản chưa có trong sổ",
    }
)
SCHEMES: Mapping[CodeScheme, str] = MappingProxyType(
    {
        CodeScheme.VIETQR: "VietQR",
        CodeScheme.VNPAY: "VNPAY",
        CodeScheme.MOMO: "MoMo",
        CodeScheme.ZALOPAY: "ZaloPay",
        CodeScheme.OTHER: "Mã khác",
    }
)
