"""The sentences that say what a day still lacks; closes keep them filled in, so they stay as they are.

They are part of what a version of a day is proved by. Whoever tells them in another language
recognises them by these templates.
"""

SILENT = "Chưa có sao kê {accounts} cho ngày này"
PARTIAL = "Sao kê {accounts} còn dòng đang chờ người xem"
UNREAD = "Dữ liệu {ledger} nhận ngày {on} chưa đọc được"
UNREAD_FILE = "Dữ liệu {ledger} nhận ngày {on} chưa đọc được: {name}"
LATE = "Còn chờ khoản báo muộn đến hết ngày {on}"
SENTENCES = (SILENT, PARTIAL, UNREAD, UNREAD_FILE, LATE)
AND_OTHERS = "{named} và {rest} tài khoản khác"
"""What stands for ``{accounts}`` where they are too many to be named."""
BETWEEN = "; "
"""Between two sentences of one close."""
