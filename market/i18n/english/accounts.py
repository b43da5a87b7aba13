"""English: acceptance points, approvals, displayed codes."""

WORDS: dict[str, str] = {
    # proposals and decisions
    "Duyệt tài khoản": "Approve accounts",
    "Anh/chị là người đề nghị nên không tự duyệt được": "You proposed this, so you cannot approve it",
    "Anh/chị vẫn trả lại đề nghị được.": "You can still reject the proposal.",
    "Anh/chị đã ghi lời xác nhận nên không tự duyệt được": (
        "You recorded the vendor's word, so you cannot approve it"
    ),
    "Anh/chị đã đặt lại mã PIN của người bán nên không tự duyệt được": (
        "You reset the vendor's PIN, so you cannot approve it"
    ),
    "Ba bước, hai người": "Three steps, two people",
    "Bằng mã PIN ở trang riêng, hoặc ký giấy": "With the PIN on their own page, or on paper",
    "Chưa có đề nghị nào ở mục này": "No proposals here yet",
    "Chưa ghi gì, xem lại chỗ này": "Nothing was written, look here again",
    "Chỉ dùng khi người bán không tự gõ mã PIN được. Ai ghi lời này thì không duyệt đề nghị này.": (
        "Only when the vendor cannot type the PIN. Whoever records this cannot approve the proposal."
    ),
    "Chỉ giữ dấu vân tay của tệp. Bản gốc cất ở ban quản lý.": (
        "Only the file's fingerprint is kept. The management keeps the original."
    ),
    "Chỉ thu hồi tấm mã cũ": "Only revoke the old posters",
    "Chờ duyệt": "Waiting for approval",
    "Chờ người bán xác nhận": "Waiting for the vendor",
    "Chữ ký trên giấy": "Signature on paper",
    "Các đề nghị": "Proposals",
    "Các đề nghị, chờ lâu nhất lên trước": "Proposals, the longest waiting first",
    "Cách xác nhận": "How the vendor confirms",
    "Cấp tấm mã mới thay vào": "Issue new posters in their place",
    "Cấp tấm mới sau": "Issue new ones later",
    "Cần ghi nếu trả lại": "Needed when you reject",
    "Duyệt, tiền về {new} từ hôm nay": "Approve, money goes to {new} from today",
    "Ghi bởi {who}, người chứng kiến: {witness}": "Recorded by {who}, witness: {witness}",
    "Ghi lời xác nhận của người bán": "Record the vendor's word",
    "Hai bên ghi gì": "What both sides say",
    "Họ tên người thứ ba có mặt lúc đó": "Name of a third person who was there",
    "In và treo tấm mới, gỡ tấm cũ": "Print and hang the new ones, take the old ones down",
    "Khoản nhận vào đây sẽ không biết của ai. Hỏi lại người bán trước khi duyệt.": (
        "Payments into it could be anybody's. Ask the vendor before you approve."
    ),
    "Không có đề nghị đổi tài khoản nào đang chờ": "No proposed account is waiting",
    "Không phải người đề nghị, không phải người ghi lời xác nhận": (
        "Not who proposed it, not who recorded the vendor's word"
    ),
    "Lý do: {why}": "Reason: {why}",
    "Lọc đề nghị": "Filter proposals",
    "Lời nói có ghi âm": "Spoken and recorded",
    "Mọi tài khoản của {name}": "All accounts of {name}",
    "Mở hồ sơ một người bán, mục Tài khoản, để đề nghị đổi.": (
        "Open a vendor's file, section Accounts, to propose one."
    ),
    "Người bán chưa xác nhận nên chưa duyệt được": (
        "The vendor has not confirmed, so it cannot be approved"
    ),
    "Người bán ký giấy hoặc nói miệng": "The vendor signs or says so",
    "Người bán xác nhận": "The vendor confirms",
    "Người bán đã xác nhận": "The vendor has confirmed",
    "Người chứng kiến": "Witness",
    "Người khác trong ban quản lý duyệt.": "Somebody else of the management approves it.",
    "Người khác trong ban quản lý duyệt. Anh/chị vẫn rút lại đề nghị được.": (
        "Somebody else of the management approves it. You can still take it back."
    ),
    "Người thứ hai duyệt": "A second person approves",
    "Người đề nghị": "Proposed by",
    "Rút lại đề nghị": "Take the proposal back",
    "So sánh tài khoản đang dùng và tài khoản đề nghị": "The account in use and the proposed one",
    "So với tên người bán": "Compared with the vendor's name",
    "Thêm tài khoản {new} cho {name}": "One more account for {name}: {new}",
    "Tiền của {name} chuyển từ {old} sang {new}": "{name}'s money moves from {old} to {new}",
    "Trưởng ban quản lý hoặc người được giao duyệt.": "The market's manager approves it.",
    "Trả lại đề nghị": "Reject the proposal",
    "Tài khoản này đang ghi cho {n} người bán khác": "{n} other vendors have this account too",
    "Tài khoản đề nghị": "The proposed account",
    "Tên tài khoản": "Name on the account",
    "Tấm mã của tài khoản cũ": "Posters of the old account",
    "Tấm mã đang dùng tài khoản cũ: {serials}. Duyệt xong thì các tấm này hết dùng.": (
        "Posters that pay to the old account: {serials}. They end with the approval."
    ),
    "Tên tài khoản mới chưa khớp: chưa cấp được tấm mã mới, tấm cũ vẫn bị thu hồi.": (
        "The new account's name does not match: no new poster can be issued, the old ones are "
        "revoked all the same."
    ),
    "Vì sao rút lại": "Why you take it back",
    "Xem thêm": "See also",
    "Xem tiếp": "More",
    "bằng chữ ký trên giấy": "with a signature on paper",
    "bằng lời nói có ghi âm": "by word of mouth, recorded",
    "bằng mã PIN của người bán": "with the vendor's PIN",
    "chưa xác nhận": "not confirmed",
    "chờ người bán xác nhận": "waiting for the vendor",
    "chờ người thứ hai duyệt": "waiting for a second person",
    "có {who} hỗ trợ": "helped by {who}",
    "thêm tài khoản": "one more account",
    "trả lại": "rejected",
    "đã chờ {n} ngày": "waiting for {n} days",
    "đã duyệt": "approved",
    "đã rút lại": "withdrawn",
    "{n} đề nghị đổi tài khoản chờ người bán xác nhận": (
        "{n} proposed accounts wait for the vendors' word"
    ),
    "{n} đề nghị đổi tài khoản chờ người thứ hai duyệt": (
        "{n} proposed accounts wait for a second person"
    ),
    "Đang dùng": "In use",
    "Đã duyệt. Tài khoản mới dùng từ hôm nay.": "Approved. The new account holds from today.",
    "Đã ghi lời xác nhận của người bán.": "The vendor's word is recorded.",
    "Đã ghi đề nghị. Người bán xác nhận, rồi người thứ hai duyệt.": (
        "The proposal is written. The vendor confirms, then a second person approves."
    ),
    "Đã rút lại đề nghị.": "The proposal is withdrawn.",
    "Đã trả lại đề nghị.": "The proposal is rejected.",
    "Đề nghị": "Proposed",
    "Đề nghị số {n}": "Proposal {n}",
    "Đề nghị: {who}": "Proposed by {who}",
    "Đổi nơi tiền về cần ba bước: một người đề nghị, người bán xác nhận, người khác duyệt.": (
        "Where money goes changes in three steps: one person proposes, the vendor confirms, "
        "another person approves."
    ),
    "Ảnh giấy đã ký hoặc bản ghi âm": "Photo of the signed paper, or the recording",
    # a vendor's accounts
    "Chưa có tài khoản nào": "No account yet",
    "Chưa ghi hợp đồng, còn chỗ cần sửa": "The contract is not written, something needs mending",
    "Chưa ghi đề nghị, còn chỗ cần sửa": "The proposal is not written, something needs mending",
    "Chọn một": "Choose one",
    "Chọn ngân hàng hoặc ví": "Choose a bank or wallet",
    "MoMo, mã cửa hàng": "MoMo, store code",
    "Danh sách ngân hàng bản {version}.": "List of banks, version {version}.",
    "Ghi hợp đồng": "Write the contract",
    "Ghi hợp đồng của ···{tail}": "Write the contract of ···{tail}",
    "Ghi xong chưa đổi gì: người bán xác nhận, rồi người khác duyệt.": (
        "This changes nothing yet: the vendor confirms, then somebody else approves."
    ),
    "Ghi đúng như ứng dụng ngân hàng hiện": "Exactly as the bank's app shows it",
    "Ghi đề nghị này": "Write this proposal",
    "Hợp đồng từ ngày": "Contract from",
    "Hợp đồng với nhà cung cấp": "Contract with the provider",
    "Ngân hàng": "Bank",
    "Số hợp đồng": "Contract number",
    "Số hợp đồng với nhà cung cấp": "Number of the contract with the provider",
    "Thay {old}": "Replace {old}",
    "Thêm một tài khoản nữa": "One more account",
    "Tài khoản của {name}": "Accounts of {name}",
    "Tài khoản lấy từ mã QR": "The account of the QR code",
    "Vì sao đổi": "Why it changes",
    "Xem đề nghị này": "See the proposal",
    "chưa có hợp đồng": "no contract",
    "hợp đồng chưa bắt đầu": "contract not begun",
    "hợp đồng còn hạn": "contract running",
    "hợp đồng hết hạn": "contract run out",
    "{name} chưa có tài khoản nhận tiền": "{name} has no receiving account yet",
    "{name} nhận tiền vào {n} tài khoản": "{name} receives money on {n} accounts",
    "Đang có một đề nghị": "A proposal is waiting",
    "Đã ghi hợp đồng.": "The contract is written.",
    "Đề nghị tài khoản đầu tiên ở bên cạnh.": "Propose the first one beside this.",
    "Đề nghị đổi hoặc thêm tài khoản": "Propose another or one more account",
    # the rule on names
    "Chưa có tên chủ tài khoản.": "The holder's name is not known yet.",
    "Tài khoản đứng tên hộ kinh doanh đã đăng ký.": (
        "The account carries the registered name of the household business."
    ),
    "Tài khoản đứng tên người bán.": "The account carries the vendor's name.",
    (
        "Tài khoản đứng tên riêng của người bán. Hộ đã đăng ký kinh doanh: từ {day} phải dùng "
        "tài khoản đứng tên hộ kinh doanh, nên cần đổi."
    ): (
        "The account carries the vendor's own name. The household business is registered: since "
        "{day} it needs an account in the registered name, so this one must be replaced."
    ),
    (
        "Tài khoản đứng tên riêng của người bán. Hộ đã đăng ký kinh doanh: từ {day} phải dùng "
        "tài khoản đứng tên hộ kinh doanh."
    ): (
        "The account carries the vendor's own name. The household business is registered: from "
        "{day} it needs an account in the registered name."
    ),
    "Tên chủ tài khoản chỉ giống một phần. Xem lại trên ứng dụng ngân hàng.": (
        "The holder's name is alike only in part. Look again in the bank's app."
    ),
    "Tên chủ tài khoản khác tên người bán và tên hộ kinh doanh.": (
        "The holder is neither the vendor nor the household business."
    ),
    "Cần đổi tên": "To be replaced",
    "Hợp đồng hết hạn": "Contracts run out",
    "Không có gì phải làm ở đây": "Nothing to do here",
    "Không hợp đồng nào hết hạn": "No contract has run out",
    "Không tài khoản nào phải đổi tên": "No account has to be replaced",
    "Lọc tài khoản": "Filter accounts",
    "Nguồn: {ref}. Hỏi lại ngân hàng mở tài khoản trước khi đổi.": (
        "Source: {ref}. Ask the bank before changing anything."
    ),
    "Tài khoản cần đổi tên": "Accounts to be replaced",
    (
        "Từ {on}, hộ đã đăng ký kinh doanh nhận tiền vào tài khoản đứng tên hộ. Chưa đăng ký thì "
        "vẫn dùng tên mình."
    ): (
        "Since {on} a registered household business is paid on an account in its registered name. "
        "Who is not registered keeps their own name."
    ),
    "chưa ai đề nghị đổi": "nobody has proposed another",
    "đang có đề nghị đổi": "a proposal is waiting",
    "{n} tài khoản có hợp đồng hết hạn": "{n} accounts have a contract that ran out",
    "{n} tài khoản cần đổi sang tên hộ kinh doanh": (
        "{n} accounts must move to the name of the household business"
    ),
    # displayed codes
    "Chưa ai xem lần nào.": "Nobody has looked yet.",
    "Chưa ghi mã nào": "No code recorded yet",
    "Chưa ghi mã này, xem lại giúp": "The code is not recorded, please look again",
    "Chỉ mã đang treo": "Only codes that hang",
    "Chụp từng mã đang treo ở gian hàng rồi gửi lên.": (
        "Take a photo of each code at the stall and send it."
    ),
    "Các mã đã ghi": "Recorded codes",
    "Cả mã đã gỡ": "Codes taken down too",
    "Ghi mã này": "Record this code",
    "Ghi mã thứ {n}: {what}": "Record code {n}: {what}",
    "Ghi thêm một mã": "Record one more",
    "Gian hàng {code} chưa ghi mã QR nào đang treo": "No QR code recorded at stall {code}",
    "Gian hàng {code} đang treo {n} mã QR": "Stall {code} shows {n} QR codes",
    "Hai mã chồng lên nhau có thể là miếng dán giả. Xem kỹ tên và số cuối.": (
        "A code pasted over another may be forged. Compare the name and the last digits."
    ),
    "Hoặc nội dung mã": "Or what the code holds",
    "JPG hoặc PNG, dưới 8 MB. Ảnh không được giữ lại, chỉ giữ nội dung mã, niêm phong.": (
        "JPG or PNG, below 8 MB. The picture is not kept, only what the code holds, sealed."
    ),
    "Không còn treo": "Hangs no more",
    "MoMo": "MoMo",
    "Mã QR": "QR code",
    "Mã QR ở gian hàng {code}": "QR codes at stall {code}",
    "Mã khác": "Another code",
    "Nếu đã quét bằng điện thoại thì dán vào đây, đúng từng ký tự": (
        "Scanned with a phone? Paste it here, to the last character"
    ),
    "Tiền về đâu": "Where the money goes",
    "Trong ảnh có {n} mã: chọn một": "The picture shows {n} codes: choose one",
    "VNPAY": "VNPAY",
    "VietQR": "VietQR",
    "Xem lần cuối ngày {on}.": "Last looked at on {on}.",
    "ZaloPay": "ZaloPay",
    "gỡ ngày {on}": "gone since {on}",
    "mã riêng của ví, in lại được": "the wallet's own code, can be printed again",
    "tài khoản chưa có trong sổ": "an account not in the register",
    "tài khoản của gian hàng": "an account of this stall's vendor",
    "tài khoản của người bán khác": "another vendor's account",
    "tài khoản đã đóng": "an account that has ended",
    "Đây là mã riêng của ví, giữ để in lại đúng như cũ": (
        "This is the wallet's own code, keep it to print it again unchanged"
    ),
    "Đã ghi là mã không còn treo.": "The code is noted as gone.",
    "Đã ghi mã QR.": "The QR code is recorded.",
    "Đã giữ mã của ví.": "The wallet's code is kept.",
    "Đã thấy": "Seen",
    "Đề nghị ghi tài khoản này": "Propose this account",
    "Ảnh chụp mã QR": "Photo of the QR code",
    # the vendor's own pages
    "Có người đề nghị đổi tài khoản nhận tiền của cô/bác": (
        "Somebody proposes another account for your money"
    ),
    "Xem rồi bấm Đúng hoặc Không phải của tôi": "Look at it, then press Yes or Not mine",
    "Xác nhận tài khoản nhận tiền": "Confirm the receiving account",
    "Ban quản lý xem lại lần nữa. Trong lúc chờ, tiền vẫn vào tài khoản cũ.": (
        "The management looks at it once more. Until then money goes to the old account."
    ),
    "Bản này ghi đủ số tài khoản. Cô/bác đừng gửi cho người khác.": (
        "It holds the whole account numbers. Do not pass it on."
    ),
    "Bảng kê tài khoản": "List of accounts",
    "Bảng kê {n} tài khoản của cô/bác": "A list of your {n} accounts",
    "Bốn số cuối": "Last four digits",
    "Chưa chắc thì cô/bác chưa bấm gì, gọi ban quản lý. Tiền vẫn vào tài khoản cũ bình thường.": (
        "If you are not sure, press nothing and call the management. Money still goes to the old "
        "account."
    ),
    "Chưa có tài khoản nào trong sổ chợ.": "No account in the market's books yet.",
    "Chợ không gửi tờ này cho ai. Tài khoản nào chợ chưa biết thì cô/bác ghi thêm.": (
        "The market sends it to nobody. Add the accounts the market does not know."
    ),
    "Có người đề nghị: tiền khách trả về tài khoản này": (
        "Somebody proposes that customers' money goes to this account"
    ),
    "Có phải tài khoản của cô/bác không?": "Is this your account?",
    "Cô/bác bấm một trong hai nút bên dưới.": "Press one of the two buttons below.",
    "Cô/bác mở ứng dụng ngân hàng, so bốn số cuối và tên. Đúng cả hai mới bấm Đúng.": (
        "Open your bank's app and compare the last four digits and the name. Press Yes only if both "
        "are right."
    ),
    "Cô/bác đã xác nhận {what}": "You have confirmed {what}",
    "Cơ quan thuế cần biết mọi tài khoản và ví dùng để bán hàng. Cô/bác in tờ này rồi tự nộp.": (
        "The tax office needs to know every account and wallet used for the business. Print this "
        "and hand it in yourself."
    ),
    "Khi có, ban quản lý báo cho cô/bác. Không ai đổi được nếu cô/bác chưa bấm Đúng.": (
        "When somebody does, the management tells you. Nobody can change it before you press Yes."
    ),
    "Không ai đề nghị đổi tài khoản của cô/bác": "Nobody proposes to change your account",
    "Không có gì phải xác nhận": "Nothing to confirm",
    "Không phải của tôi": "Not mine",
    "Lấy bản ghi đủ số": "Get it with whole numbers",
    "Thay cho tài khoản cũ": "In the place of",
    "Tải PDF để in": "PDF to print",
    "Tải bảng tính XLSX": "XLSX sheet",
    "Tờ này để làm gì": "What it is for",
    "Đã bỏ đề nghị. Tài khoản của cô/bác vẫn như cũ.": (
        "The proposal is dropped. Your account stays as it is."
    ),
    "Đã ghi lời cô/bác. Ban quản lý xem lại lần nữa rồi mới đổi.": (
        "Your word is recorded. The management looks at it once more before it changes."
    ),
    "Đúng, tài khoản của tôi": "Yes, my account",
    "Người đề nghị cũng là người cấp đường dẫn này cho cô/bác, nên chợ không nhận mã PIN "
    "cho việc này. Cô/bác ra ban quản lý ký giấy xác nhận giúp.": (
        "Whoever proposed this also issued your link, so a PIN is not enough here. Please sign the "
        "paper at the market office."
    ),
    "Đề nghị này đã xong rồi, cô/bác không phải làm gì nữa.": (
        "This is settled already, there is nothing left to do."
    ),
}
