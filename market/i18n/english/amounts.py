"""English: exact amounts a vendor asks for, and what became of each."""

WORDS = {
    "Các mã hôm nay": "Today's codes",
    "Cô/bác chọn không cho sổ chợ xem tiền, nên mã này không được ghi lại và trang không báo đã trả. "
    "Mã vẫn quét được.": "You let nobody see payments, so this code is not kept and the page does not "
    "tell when it is paid. It can be scanned all the same.",
    "Ghi chú cho mình, không cần cũng được": "A note to yourself, if you like",
    "Ghi chú có ký tự không đọc được, cô/bác gõ lại": "The note holds a character that cannot be read; "
    "please type it again",
    "Ghi chú dài {length} chữ, cần tối đa {most}": "The note has {length} letters, at most {most} fit",
    "Ghi chú: {note}": "Note: {note}",
    "Hôm nay chưa có mã nào.": "No codes today.",
    "Huỷ mã này": "Cancel this code",
    "Hết giờ": "Expired",
    "Khoản khách trả không báo về sổ chợ, nên mã này không được ghi lại. Tấm mã vẫn dùng được.": (
        "Payments are not told to the market's books, so this code is not kept. The poster works all "
        "the same."
    ),
    "Khác số tiền": "Another amount",
    "Khách trả sau giờ này thì vẫn hiện ở đây, ghi là trả trễ.": "A payment after this time still shows "
    "here, as late.",
    "Khách trả {got}, không phải {asked}": "{got} was paid, not {asked}",
    "Khách trả {n} lần, cộng {got}; mã này cần {asked}": "{n} payments, {got} together; this code asks "
    "for {asked}",
    "Khách đã lỡ quét mà trả thì vẫn hiện ở đây, ghi là trả trễ.": "If a customer pays all the same, it "
    "still shows here, as late.",
    "Lọc theo tình hình": "Filter by what became of it",
    "Mã hết giờ lúc {at}, chưa thấy khách trả": "The code expired at {at}, no payment seen",
    "Mã dùng đến {at}. Ngân hàng báo tiền vào thì trang này tự báo.": "The code holds until {at}. When "
    "the bank tells of the money, this page tells you by itself.",
    "Mã mới {amount}": "A new code for {amount}",
    "Mã này không quét nữa": "Nothing to scan any more",
    "Mã {amount}": "Code for {amount}",
    "Mã đã huỷ lúc {at}": "The code was cancelled at {at}",
    "Mã đúng số tiền": "Codes of an exact amount",
    "Một lần chuyển được tối đa 499.999.999 ₫. Cô/bác chia làm hai lần": "One transfer takes "
    "499,999,999 ₫ at most. Please make it two",
    "Ngân hàng này chưa báo tiền vào cho sổ chợ, nên trang không báo đã trả. Mã vẫn quét được, cô/bác "
    "nghe điện thoại báo.": "This bank does not tell the market's books of money yet, so the page does "
    "not tell when it is paid. The code can be scanned; your phone tells you.",
    "Nội dung chuyển khoản: {reference}": "Transfer remark: {reference}",
    "Thiếu {amount}.": "{amount} short.",
    "Thừa {amount}.": "{amount} too much.",
    "Tiền trong ngày": "The day's money",
    "Trả nhiều lần": "Paid several times",
    "Trả trễ, sau khi mã đã hết giờ hoặc đã huỷ.": "Late: the code had expired or was cancelled.",
    "Vừa làm {most} mã trong {minutes} phút. Cô/bác chờ vài phút rồi làm tiếp.": "{most} codes within "
    "{minutes} minutes. Please wait some minutes.",
    "{back} đã ra khỏi tài khoản": "{back} left the account again",
    "{provider} báo tiền vào lúc {at}.": "{provider} told of money at {at}.",
    "Ảnh chụp màn hình của khách có thể là giả. Chưa thấy chữ “Đã nhận” thì cô/bác cứ chờ thêm.": "A "
    "customer's screenshot can be fake. Until this page says “Received”, wait.",
    "Đang chờ khách trả {amount}": "Waiting for {amount}",
    "Đang có {most} mã chờ khách trả. Cô/bác huỷ bớt, hoặc chờ mã cũ hết giờ.": "{most} codes wait for "
    "payment. Cancel some, or wait until they expire.",
    "Đã huỷ": "Cancelled",
    "Đã làm hôm nay": "Made today",
    "Đã nhận đủ": "Paid in full",
    "Đã nhận {amount}": "Received {amount}",
    "Đã nhận {got} cho mã này, rồi tiền được trả lại.": "{got} was received for this code, then money "
    "was given back.",
    "Đã trả lại": "Given back",
}
