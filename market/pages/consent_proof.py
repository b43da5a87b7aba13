"""What proves a consent that staff record: the signed paper or the recording, and who was there.

Of a file only its SHA-256 is kept. A form that is shown again carries it, so that nobody has to
choose the file twice; whoever chooses another replaces it.
"""

import hashlib
import re

from market.pages.forms import Form
from merchants.sentences import Sentence

FILE, CARRIED, WITNESS = "giay", "giay_ma", "nguoi_chung"
SCAN_BYTES_MAX = 10 * 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


def read_evidence(form: Form) -> str:
    """Return the SHA-256 of the chosen file, or of the one chosen before; empty = none yet."""
    upload = form.files.get(FILE)
    content = upload.file.read(SCAN_BYTES_MAX + 1) if upload and upload.filename else b""
    if len(content) > SCAN_BYTES_MAX:
        form.refuse(
            FILE, Sentence("Tệp lớn hơn {n} MB. Chụp lại nhỏ hơn.", n=SCAN_BYTES_MAX // 1024**2)
        )
        return ""
    carried = form.value(CARRIED)
    found = hashlib.sha256(content).hexdigest() if content else carried
    found = found if _SHA256.fullmatch(found) else ""
    form.keep(CARRIED, found)
    return found
