"""Say whether a proof of payments holds. One file, Python's own library, nothing of this service.

``python proof_check.py FILE [ROOT]`` prints what does not hold and ends with 1, or tells what is proved
and ends with 0. Whoever trusts nobody reads these lines, takes the market's root from where it is
published, and runs them elsewhere. Shares no code with what makes proofs.

A proof says: these payments are lines of a vendor's day, this day is a leaf of the market's day, and
the market's day is sealed by this root. Leaves are ``SHA-256(00 salt text)``, nodes ``SHA-256(01 left
right)``, fields are joined by ``|``.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_FORMAT = "cho40 payment proof 1"
_KEYS = {
    "": "what market business_date version state root_sha256 rest_sha256 vendor payments",
    "vendor": "code figures lines lines_root salt position path",
    "payment": "named record book outcome amount_vnd added salt position path",
}
_ADDED = [
    "payments",
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "tax_vnd",
    "matched_vnd",
    "pending_vnd",
]
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_WORD = re.compile(r"[^|\n]*")
_DEPTH_MAX = 40


class Unreadable(ValueError):
    """The file is no proof of this kind; the message says what is wrong with it."""


def check_proof(content: bytes | str, *, root: str | None = None) -> list[str]:
    """Return what does not hold in a proof, one sentence each; empty = it is proved.

    Args:
        root: the root as the market published it, in full or from its first twelve digits on;
            ``None`` = the file's own, which whoever holds the file must compare.

    Raises:
        Unreadable: the file is no proof.
    """
    proof = read_proof(content)
    findings = list(_lines(proof)) + list(_seal(proof))
    if root is not None and not proof["root_sha256"].startswith(_root_of(root)):
        findings.append(f"root is {proof['root_sha256']}, the market published {root}")
    return findings


def read_proof(content: bytes | str) -> dict[str, Any]:
    """Return a proof as JSON has it, every field there and of its kind; raise ``Unreadable``."""
    try:
        proof: dict[str, Any] = json.loads(content, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {error}") from error
    _object(proof, "", "the file")
    if proof["what"] != _FORMAT:
        raise Unreadable(f"what: {proof['what']!r} is not {_FORMAT!r}")
    for name in ("market", "business_date", "state"):
        _text(proof[name], name)
    for name in ("root_sha256", "rest_sha256"):
        _digest(proof[name], name)
    _number(proof["version"], "version")
    vendor = _object(proof["vendor"], "vendor", "vendor")
    _text(vendor["code"], "vendor.code")
    _digest(vendor["lines_root"], "vendor.lines_root")
    _number(vendor["lines"], "vendor.lines")
    _figures(vendor["figures"], "vendor.figures")
    _place(vendor, "vendor")
    if not isinstance(proof["payments"], list) or not proof["payments"]:
        raise Unreadable("payments: none")
    for number, payment in enumerate(proof["payments"], start=1):
        where = f"payment {number}"
        _object(payment, "payment", where)
        for name in ("record", "book", "outcome"):
            _text(payment[name], f"{where}: {name}")
        if payment["named"] is not None:
            _string(payment["named"], f"{where}: named")
        _number(payment["amount_vnd"], f"{where}: amount_vnd")
        if sorted(_figures(payment["added"], f"{where}: added")) != sorted(_ADDED):
            raise Unreadable(f"{where}: added does not name {', '.join(_ADDED)}")
        _place(payment, where)
    return proof


def _lines(proof: Mapping[str, Any]) -> Iterator[str]:
    """Say which payments are not the lines they say, and whether all lines make the figures."""
    vendor, payments = proof["vendor"], proof["payments"]
    depth = max(vendor["lines"] - 1, 0).bit_length()
    for number, one in enumerate(payments, start=1):
        if one["named"] is not None:
            name = "~" + hashlib.sha256(one["named"].encode()).hexdigest()[:39]
            if one["record"].rpartition("#")[0] != name:
                yield f"payment {number}: its name does not belong to its record"
        told = [one["record"], one["book"], one["outcome"], one["amount_vnd"]]
        text = "|".join(map(str, ["line", *told, *(one["added"][name] for name in _ADDED)]))
        if len(one["path"]) != depth or one["position"] >= vendor["lines"]:
            yield f"payment {number}: no place among {vendor['lines']} lines"
        elif _climb(one, text) != vendor["lines_root"]:
            yield f"payment {number}: does not lead to the lines of the vendor's day"
    places = [one["position"] for one in payments]
    if len(set(places)) != len(places):
        yield "a line is told twice"
    elif len(places) == vendor["lines"]:
        for name in _ADDED:
            total = sum(one["added"][name] for one in payments)
            if total != vendor["figures"].get(name):
                yield f"{name}: the lines add up to {total}, the day says otherwise"


def _seal(proof: Mapping[str, Any]) -> Iterator[str]:
    """Say whether the vendor's day is not a leaf of what the root seals."""
    vendor = proof["vendor"]
    figures = vendor["figures"]
    net = sum(
        sign * figures.get(name, 0)
        for name, sign in (("gross_vnd", 1), ("refunds_vnd", -1), ("fees_vnd", -1), ("tax_vnd", -1))
    )
    if figures.get("net_vnd") != net:
        yield f"net_vnd is {figures.get('net_vnd')}, its parts come to {net}"
    place = [proof["market"], proof["business_date"]]
    pairs = [f"{name}={figures[name]}" for name in sorted(figures)]
    told = ["vendor", *place, vendor["code"], *pairs, vendor["lines"], vendor["lines_root"]]
    tree = _climb(vendor, "|".join(map(str, told)))
    sealed = ["day root", *place, proof["version"], proof["state"], proof["rest_sha256"], tree]
    if hashlib.sha256("|".join(map(str, sealed)).encode()).hexdigest() != proof["root_sha256"]:
        yield "the vendor's day does not lead to the root"


def _climb(one: Mapping[str, Any], text: str) -> str:
    """Return the root that a leaf leads to along its path."""
    at, place = (
        hashlib.sha256(b"\x00" + bytes.fromhex(one["salt"]) + text.encode()),
        one["position"],
    )
    digest = at.digest()
    for beside in map(bytes.fromhex, one["path"]):
        both = beside + digest if place & 1 else digest + beside
        digest = hashlib.sha256(b"\x01" + both).digest()
        place >>= 1
    return digest.hex()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Unreadable("a field is told twice")
    return dict(pairs)


def _object(told: Any, kind: str, where: str) -> Mapping[str, Any]:
    if not isinstance(told, dict) or sorted(told) != sorted(_KEYS[kind].split()):
        raise Unreadable(f"{where}: has not exactly the fields {_KEYS[kind]}")
    return told


def _string(told: Any, where: str) -> None:
    if not isinstance(told, str):
        raise Unreadable(f"{where}: {told!r} is no text")


def _text(told: Any, where: str) -> None:
    if not isinstance(told, str) or not _WORD.fullmatch(told):
        raise Unreadable(f"{where}: {told!r} is no text of one line without |")


def _digest(told: Any, where: str) -> None:
    if not isinstance(told, str) or not _HASH.fullmatch(told):
        raise Unreadable(f"{where}: {told!r} is no SHA-256 of 64 hex digits")


def _number(told: Any, where: str) -> None:
    if not isinstance(told, int) or isinstance(told, bool) or told < 0:
        raise Unreadable(f"{where}: {told!r} is no whole number from 0 on")


def _figures(told: Any, where: str) -> Mapping[str, int]:
    if not isinstance(told, dict):
        raise Unreadable(f"{where}: no figures")
    for name, value in told.items():
        if not re.fullmatch(r"[a-z_]+", name):
            raise Unreadable(f"{where}: {name!r} is no name of a figure")
        if not isinstance(value, int) or isinstance(value, bool):
            raise Unreadable(f"{where}: {name} {value!r} is no whole number")
    return told


def _place(told: Mapping[str, Any], where: str) -> None:
    _digest(told["salt"], f"{where}: salt")
    _number(told["position"], f"{where}: position")
    path = told["path"]
    if not isinstance(path, list) or len(path) > _DEPTH_MAX:
        raise Unreadable(f"{where}: path is no list of at most {_DEPTH_MAX} hashes")
    for one in path:
        _digest(one, f"{where}: path")
    if told["position"] >> len(path):
        raise Unreadable(f"{where}: position {told['position']} is past the end of the path")


def _root_of(text: str) -> str:
    """Return a published root in lower case without its blanks; raise ``Unreadable``."""
    root = "".join(text.split()).lower()
    if not re.fullmatch(r"[0-9a-f]{12,64}", root, re.ASCII):
        raise Unreadable(f"root {text!r}: give at least 12 hex digits")
    return root


def main(arguments: list[str]) -> int:
    """Check one file and say what was found."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("proof_check.py FILE [ROOT]\n")
        return 2
    content = Path(arguments[0]).read_bytes()
    try:
        findings = check_proof(content, root=arguments[1] if arguments[1:] else None)
    except Unreadable as error:
        findings = [str(error)]
    told = findings or [f"proved, if the market's root is {read_proof(content)['root_sha256']}"]
    sys.stdout.write("".join(f"{one}\n" for one in told))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
