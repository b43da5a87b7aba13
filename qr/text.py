"""Vietnamese folded to the letters banks keep."""

import re
import unicodedata

# Đ has no decomposition, so stripping marks leaves it (odoo/odoo pull request 189238).
_D_WITH_STROKE = str.maketrans({"đ": "d", "Đ": "D"})
_NOT_KEPT = re.compile(r"[^A-Z0-9 _\-.]")


def fold_to_ascii(text: str) -> str:
    """Return the text in upper-case ASCII: marks stripped, ``Đ`` as ``D``, the rest left out.

    Kept are ``A-Z 0-9`` space ``_ - .``, the set banks have been seen to accept (odoo/odoo pull
    request 208956: ``INV/TEST/0001`` becomes ``INVTEST0001``). Nothing is shortened or trimmed.
    """
    plain = unicodedata.normalize("NFC", text).translate(_D_WITH_STROKE)
    bare = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    return _NOT_KEPT.sub("", bare.upper())
