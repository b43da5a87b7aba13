"""English: audits of posters, incidents, the printed code."""

WORDS: dict[str, str] = {
    # rounds
    "Kiểm tra tấm mã": "Poster audits",
    "Bốc mỗi ngày chợ, quét tại gian": "Drawn each market day, scanned at the stall",
    "Đã xem {n} trên {all} tấm mã bốc hôm nay": "{n} of today's {all} drawn posters looked at",
    "Hôm nay chưa bốc tấm mã nào để kiểm tra": "No posters drawn for today yet",
    "Mỗi ngày chợ bốc ngẫu nhiên {share} số tấm mã. Không ai biết trước hôm nay xem gian nào.": (
        "Each market day {share} of the posters are drawn by lot. Nobody knows beforehand which."
    ),
    "Chưa bốc được": "Nothing was drawn",
    "Chưa bốc": "Not drawn yet",
    "Bốc một lần cho cả ngày, ai bốc cũng ra cùng một danh sách.": (
        "Drawn once for the whole day; whoever draws gets the same list."
    ),
    "Bốc tấm mã hôm nay": "Draw today's posters",
    "Gian {stall}, thấy lúc {at}": "Stall {stall}, found at {at}",
    "Đợt hôm nay, theo đường đi": "Today's round, as you walk",
    "Các đợt": "Rounds",
    "Bốc": "Drawn",
    "Đã xem": "Looked at",
    "Đúng mã": "Right code",
    "Tấm mã của đợt này": "Posters of this round",
    "chưa xem": "not looked at",
    "Đợt kiểm tra ngày {on}": "Round of {on}",
    "Ngày {on}: đúng mã {ok} trên {n} tấm đã xem": "{on}: the right code on {ok} of {n} looked at",
    "Bốc {n} trong {all} tấm mã đang dùng.": "{n} of {all} live posters drawn.",
    "Theo đường đi": "As you walk",
    "Bốc thế nào": "How it was drawn",
    "Người bốc": "Drawn by",
    "Cách bốc": "Method",
    "Hạt giống": "Seed",
    "Tấm nào chờ quá lâu thì xem trước, lâu nhất lên đầu. Còn lại xếp theo SHA-256 của hạt giống và "
    "số tấm mã, lấy từ nhỏ lên. Ai có bản ghi này cũng bốc lại ra đúng danh sách đó.": (
        "Posters that have waited too long come first, the longest before others. All others are "
        "ordered by SHA-256 of seed|serial, smallest first. Anyone with this record can draw the same "
        "list again."
    ),
    "Các tấm mã lúc bốc và số đợt đã chờ": "Posters at the draw and the rounds they had waited",
    "Ngày {on:%d/%m/%Y} chợ không họp": "The market is closed on {on:%d/%m/%Y}",
    "Chợ chưa có tấm mã nào đang dùng": "The market has no live poster yet",
    # scanning
    "Quét tại gian hàng": "Scan at the stall",
    "Tấm mã ở gian hàng có đúng không?": "Is the stall's poster the right one?",
    "Chụp cả tấm mã. Trang này đọc mọi mã trong ảnh rồi so với sổ chợ; ảnh không được giữ lại.": (
        "Photograph the whole poster. Every code in the photo is compared with the register; the photo "
        "is not kept."
    ),
    "Xem sự cố và việc phải làm": "See the incident and what to do",
    "Chưa ghi được, xem lại giúp": "Nothing was recorded, please look again",
    "Một lần xem": "One look",
    "Xem gian này": "Look at this stall",
    "Hôm nay chưa bốc. Gian nào cũng quét được.": "Not drawn today. Any stall can be scanned.",
    "Quét bằng máy ảnh": "Scan with the camera",
    "JPG hoặc PNG, dưới 8 MB. Chụp cả tấm, đủ sáng, thẳng.": (
        "JPG or PNG, below 8 MB. The whole poster, well lit, straight."
    ),
    "Ảnh chụp tấm mã": "Photo of the poster",
    "Không chụp được thì chọn điều đã thấy": "Without a photo, choose what you saw",
    "Xem theo ảnh": "As the photo shows",
    "Kiểm tra": "Check",
    "Đã giữ trong máy, có mạng sẽ tự gửi. Còn chờ gửi: {n}": (
        "Kept in the phone, sent when there is a network. Waiting: {n}"
    ),
    "Đã gửi xong các lần xem giữ trong máy: {n}": "Looks kept in the phone that were sent: {n}",
    "Chưa ghi được, chụp lại giúp:": "Not recorded, please take the photo again:",
    "Đăng nhập lại rồi mở trang này, các lần xem giữ trong máy sẽ tự gửi. Còn chờ gửi: {n}": (
        "Sign in again and open this page; the looks kept in the phone will be sent. Waiting: {n}"
    ),
    "Máy ảnh chưa mở được. Chụp ảnh ở ô bên dưới cũng được.": (
        "The camera does not open. A photo in the field below will do."
    ),
    "Chưa có ảnh, cũng chưa chọn kết quả": "No photo, and no result chosen",
    "Chợ không có gian hàng “{code}”": "The market has no stall “{code}”",
    "{reason}.": "{reason}.",
    "Ảnh dạng HEIC của iPhone chưa mở được. Chọn Cài đặt, Camera, Định dạng, Tương thích nhất rồi "
    "chụp lại": (
        "HEIC photos of an iPhone cannot be opened. Choose Settings, Camera, Formats, Most Compatible "
        "and take it again"
    ),
    "Ảnh nặng {n:.1f} MB, nhận tối đa {most} MB": "The photo has {n:.1f} MB, at most {most} MB",
    "Không mở được ảnh này: {reason}": "This photo cannot be opened: {reason}",
    "Chưa có mã nào được quét": "No code was scanned",
    "Nhiều mã quá, quét từng tấm một": "Too many codes, scan one poster at a time",
    "Gian hàng này chưa có tấm mã nào để so": "This stall never had a poster to compare with",
    # what a look came to
    "đúng mã": "right code",
    "đúng mã, đã mòn": "right code, worn",
    "không thấy tấm mã": "poster not seen",
    "tấm mã đã thu hồi vẫn treo": "revoked poster still hanging",
    "có mã lạ": "wrong code",
    "ảnh chụp": "photo",
    "quét bằng điện thoại": "scanned by phone",
    "nhìn tận mắt": "seen by eye",
    "Gian {stall}: đúng tấm mã.": "Stall {stall}: the right poster.",
    "Gian {stall}: đúng mã nhưng đã mòn.": "Stall {stall}: the right code, but worn.",
    "In tấm mới thay vào trước khi khách quét không ra.": (
        "Print a new one before customers can no longer scan it."
    ),
    "Gian {stall}: không thấy tấm mã.": "Stall {stall}: no poster seen.",
    "Tấm mã vẫn treo thì chụp lại: đủ sáng, thẳng, mã chiếm nửa ảnh.": (
        "If it hangs there, take the photo again: well lit, straight, the code filling half of it."
    ),
    "Gian {stall}: tấm mã đã thu hồi vẫn treo.": "Stall {stall}: a revoked poster still hangs.",
    "Gỡ xuống và mang về ban quản lý.": "Take it down and bring it to the management.",
    "Gian {stall}: có mã lạ.": "Stall {stall}: a wrong code.",
    "Che lại ngay, báo người bán đừng cho khách quét, giữ miếng dán làm bằng chứng.": (
        "Cover it at once, tell the vendor to let nobody scan it, keep the sticker as evidence."
    ),
    "Đúng mã của cô/bác ở gian {stall}.": "Your right code at stall {stall}.",
    "Khách quét được rồi.": "Customers may scan it.",
    "Đúng mã của cô/bác, nhưng tấm mã đã mòn.": "Your right code, but the poster is worn.",
    "Nhờ ban quản lý in tấm mới. Trong lúc chờ, khách vẫn trả được.": (
        "Ask the management for a new one. Until then customers can still pay."
    ),
    "Ảnh này không thấy tấm mã của gian {stall}.": (
        "This photo does not show the poster of stall {stall}."
    ),
    "Cô/bác chụp lại: đủ sáng, thẳng, mã chiếm nửa ảnh.": (
        "Take it again: well lit, straight, the code filling half of it."
    ),
    "Tấm mã này đã thu hồi, không dùng nữa.": "This poster was revoked and is no longer in use.",
    "Cô/bác gỡ xuống, gọi ban quản lý lấy tấm mới.": (
        "Take it down and ask the management for a new one."
    ),
    "Cô/bác che mã lại, đừng gỡ vứt đi, gọi ban quản lý ngay.": (
        "Cover the code, do not throw it away, call the management at once."
    ),
    # looks
    "Các lần xem tấm mã": "Looks at posters",
    "Ảnh không được giữ lại, chỉ giữ dấu vân tay của ảnh và kết quả. Giờ ghi là giờ nhận được; giờ "
    "của điện thoại để trong ngoặc.": (
        "Photos are not kept, only their fingerprint and the result. The time is when it was received; "
        "the phone's own time stands in brackets."
    ),
    "Các lần xem": "Looks",
    "Người xem": "Who looked",
    "còn {left} sức sửa lỗi": "{left} of its error correction left",
    "tự xem": "own look",
    "Chưa có lần xem nào": "No looks yet",
    "Đổi cách lọc, hoặc ra gian hàng quét lần đầu.": "Change the filter, or scan a first stall.",
    # a vendor's own
    "Xem lại tấm mã mỗi sáng": "Look at your poster every morning",
    "Chưa xem được, cô/bác thử lại giúp": "That did not work, please try again",
    "Có mã lạ ở gian {stall}": "A wrong code at stall {stall}",
    "Có mã lạ ở gian {stall}. Đừng cho khách quét.": (
        "A wrong code at stall {stall}. Let no customer scan it."
    ),
    "Xem phải làm gì": "See what to do",
    "Mã lạ trả tiền vào {label}.": "The wrong code pays {label}.",
    "Tài khoản của cô/bác tận cùng {tail}.": "Your account ends in {tail}.",
    "Mã này có thể đã treo từ {since} đến {found}. Khách nào nói đã trả mà cô/bác chưa thấy tiền trong "
    "lúc đó, cô/bác báo ban quản lý.": (
        "It may have hung there from {since} to {found}. If a customer says they paid in that time and "
        "you saw no money, tell the management."
    ),
    "Tôi đã biết việc này": "I know about this",
    "Ban quản lý đang xử lý.": "The management is dealing with it.",
    "Chụp tấm mã của mình": "Photograph your poster",
    "Có kẻ dán mã của họ đè lên mã của người bán. Sáng nào cô/bác cũng chụp một lần là biết ngay.": (
        "Some people paste their code over a vendor's. One photo every morning shows it at once."
    ),
    "Gian hàng nào": "Which stall",
    "Cô/bác chưa có tấm mã nào đang dùng. Gặp ban quản lý để nhận.": (
        "You have no poster in use. Ask the management for one."
    ),
    "Những lần xem gần đây": "Recent looks",
    "ban quản lý xem": "by the management",
    "Chưa xem lần nào.": "None yet.",
    # incidents
    "Sự cố mã lạ": "Wrong codes",
    "Mã dán đè, mã trả cho người khác": "Codes pasted over, codes that pay somebody else",
    "Mã lạ ở gian hàng, cần xử lý ngay": "Wrong codes at stalls, to be dealt with now",
    "Có mã lạ đang chờ xử lý": "Wrong codes are waiting to be dealt with",
    "Không có mã lạ nào đang chờ": "No wrong code is waiting",
    "Mã lạ là mã trả tiền cho người khác, dán hoặc đặt ở chỗ tấm mã của chợ.": (
        "A wrong code pays somebody else and was pasted or put where the market's poster hangs."
    ),
    "Lọc sự cố": "Filter incidents",
    "Các sự cố": "Incidents",
    "chưa đọc được": "not read",
    "Không có sự cố nào ở mục này": "No incidents here",
    "Khi một lần xem gặp mã lạ, sự cố hiện ở đây và ở trang của người bán.": (
        "When a look finds a wrong code, it appears here and on the vendor's page."
    ),
    "Mã lạ ở gian {stall}": "Wrong code at stall {stall}",
    "Mã lạ ở gian {stall}: {state}": "Wrong code at stall {stall}: {state}",
    "Tiền khách trả từ {since} đến {found} có thể đã đi nhầm.": (
        "What customers paid from {since} to {found} may have gone astray."
    ),
    "Đã thấy gì": "What was found",
    "Tấm mã của chợ": "The market's poster",
    "trả vào": "pays",
    "Mã lạ trả vào": "The wrong code pays",
    "chưa đọc được, người xem thấy tận mắt": "not read, somebody saw it",
    "Có thể từ": "Possibly since",
    "lần cuối xem còn đúng mã": "the last look that found the right code",
    "ngày treo hoặc cấp tấm mã, chưa có lần xem nào đúng mã": (
        "the day the poster was hung or issued; no look has found the right code yet"
    ),
    "Thấy lúc": "Found at",
    "người bán tự xem": "by the vendor",
    "Dấu vân tay của ảnh": "Fingerprint of the photo",
    "Báo người bán": "Vendor told",
    "Đã xử lý": "Dealt with",
    "Sự cố này đã đóng, không còn việc gì.": "This incident is closed, nothing is left to do.",
    "Báo người bán ngay: che mã lại, đừng cho khách quét, giữ miếng dán.": (
        "Tell the vendor now: cover the code, let nobody scan it, keep the sticker."
    ),
    "Đã báo bằng cách nào": "How the vendor was told",
    "Ghi là người bán đã biết": "Note that the vendor knows",
    "Chờ báo người bán.": "The vendor is still to be told.",
    "Đã xử lý thế nào": "What was done",
    "Không phải mã giả thì đóng được ngay, còn lại phải báo người bán trước.": (
        "A false alarm can be closed at once; for all else the vendor must know first."
    ),
    "Đã làm gì, một câu": "What was done, in a sentence",
    "Đóng sự cố": "Close the incident",
    "Quản lý chợ đóng sự cố khi đã xử lý xong.": "A manager closes it once it is dealt with.",
    "Chọn một cách": "Choose how",
    "Chọn một việc": "Choose what",
    "chưa báo người bán": "vendor not told",
    "người bán đã biết": "vendor knows",
    "Nói trực tiếp tại gian hàng": "In person at the stall",
    "Gọi điện thoại": "By phone",
    "Người bán tự đọc trên trang riêng": "Read by the vendor on their own page",
    "Đã gỡ mã lạ, tấm mã của chợ còn tốt": "Wrong code removed, the market's poster is fine",
    "Cấp tấm mã mới, thu hồi tấm cũ": "New poster issued, the old one ended",
    "Thu hồi tấm mã, chưa cấp lại": "Poster revoked, none issued yet",
    "Không phải mã giả": "False alarm",
    "Đã ghi là người bán đã biết.": "Noted that the vendor knows.",
    "Đã đóng sự cố.": "The incident is closed.",
    "Chọn đã báo bằng cách nào": "Choose how the vendor was told",
    "Chọn đã xử lý thế nào": "Choose what was done",
    "Sự cố này đã đóng": "This incident is closed",
    "Người khác đã đóng sự cố này": "Somebody else has closed this incident",
    "Báo cho người bán trước, rồi mới đóng": "Tell the vendor first, then close it",
    "Ghi đã làm gì, một câu là đủ": "Say what was done, one sentence is enough",
    # the log
    "Bốc tấm mã để kiểm tra": "Posters drawn for an audit",
    "Xem tấm mã": "Poster looked at",
    "Thấy mã lạ ở gian hàng": "Wrong code found at a stall",
    "Báo người bán về mã lạ": "Vendor told of a wrong code",
    "Đóng sự cố mã lạ": "Incident closed",
    # the printed code
    "Gõ mã in trên tấm để chắc hơn": "Type the printed code to be surer",
    "Mã in: 9 chữ và số ở góc tấm mã": "Printed code: 9 letters and digits in the poster's corner",
    "Chữ thường, chữ hoa, có dấu cách đều được.": "Small letters, capitals and spaces are all fine.",
    "Kiểm tra mã in": "Check the printed code",
    "Đúng mã in: tấm này do chợ in ra.": "Right: the market printed this poster.",
    "Mã in này không phải của tấm mã số {serial}. Xin đừng trả tiền theo tấm này.": (
        "This is not the code of poster {serial}. Please do not pay with it."
    ),
    "Có một ký tự gõ chưa đúng. Xem lại trên tấm rồi gõ lại.": (
        "One character is mistyped. Look at the poster and type it again."
    ),
    "Mã in có 9 chữ và số. Xem lại trên tấm rồi gõ lại.": (
        "The code has 9 letters and digits. Look at the poster and type it again."
    ),
    "Gõ nhiều lần quá, nghỉ đến {at} rồi thử lại.": (
        "Too many tries, please wait until {at} and try again."
    ),
}
