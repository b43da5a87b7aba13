"""A payload taken apart: objects, templates, and what could not be read, before any judgement."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from qr.tlv import Breakage, DataObject, read_objects

VIETQR_AID = "A000000727"

Fields: TypeAlias = "dict[str, str | Fields]"


@dataclass(frozen=True)
class Structure:
    """What stands where in a payload.

    ``values`` holds each object by its path: ``54``, ``62.08``, ``38.01.00``; of a repeated ID the
    last. ``templates`` holds what stands inside each readable template, by its path, the root's
    being ``payload``. ``breakages`` holds what stopped the reading of ``payload`` or of a template,
    by its path; ``repeated`` the paths that occur more than once, with how often.
    """

    text: str
    objects: tuple[DataObject, ...]
    values: Mapping[str, str]
    templates: Mapping[str, Mapping[str, str]]
    breakages: Mapping[str, Breakage]
    repeated: Mapping[str, int]

    @property
    def root(self) -> Mapping[str, str]:
        """Return the root's values by ID: at most a hundred, however long the payload is."""
        return self.inside("payload")

    @property
    def vietqr_tags(self) -> list[str]:
        """Return the templates 26 to 51 with VietQR's identifier, in the order of the payload."""
        return [tag for tag in self.root if tag in self.templates and self._is_vietqr(tag)]

    def _is_vietqr(self, tag: str) -> bool:
        return is_account_template(tag) and self.values.get(f"{tag}.00") == VIETQR_AID

    def inside(self, template: str) -> Mapping[str, str]:
        """Return the values directly inside a template by sub-ID; empty when it was not readable."""
        return self.templates.get(template, {})


def is_account_template(tag: str) -> bool:
    """Return whether a root ID is a merchant account template: 26 to 51; 02 to 25 are plain."""
    return "26" <= tag <= "51"


def is_unreserved_template(tag: str) -> bool:
    """Return whether a root ID is an unreserved template: 80 to 99."""
    return "80" <= tag <= "99"


def take_apart(text: str) -> Structure:
    """Return the structure of a payload; nothing is taken apart once the root is not readable."""
    reader = _Reader()
    objects = reader.read("payload", text, prefix="")
    if "payload" in reader.breakages:
        return Structure(text, (), {}, {}, reader.breakages, {})
    for tag, value in reader.templates["payload"].items():
        if is_account_template(tag):
            reader.read_account(tag, value)
        elif tag in {"62", "64"} or is_unreserved_template(tag):
            inner = reader.read(tag, value, prefix=f"{tag}.")
            for sub, part in inner if tag == "62" else ():
                if sub >= "50":
                    reader.read(f"62.{sub}", part, prefix=f"62.{sub}.")
    return Structure(
        text,
        objects,
        reader.values,
        reader.templates,
        reader.breakages,
        reader.repeated,
    )


@dataclass
class _Reader:
    """Collects objects by path while templates are opened one by one."""

    values: dict[str, str] = field(default_factory=dict)
    templates: dict[str, dict[str, str]] = field(default_factory=dict)
    breakages: dict[str, Breakage] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)

    def read(self, path: str, text: str, *, prefix: str) -> tuple[DataObject, ...]:
        """Read one text; return its objects, or none when it is not made of whole objects."""
        objects, breakage = read_objects(text)
        if breakage is not None:
            self.breakages[path] = breakage
            return ()
        self.templates[path] = dict(objects)
        self.values.update({prefix + tag: value for tag, value in objects})
        times = Counter(tag for tag, _ in objects)
        self.repeated.update({prefix + tag: n for tag, n in times.items() if n > 1})
        return objects

    def read_account(self, tag: str, value: str) -> None:
        """Read a template 26 to 51, and the beneficiary inside it when it is VietQR."""
        inner = dict(self.read(tag, value, prefix=f"{tag}."))
        if inner.get("00") == VIETQR_AID and "01" in inner:
            self.read(f"{tag}.01", inner["01"], prefix=f"{tag}.01.")


def as_fields(structure: Structure) -> Fields:
    """Return the payload as nested dictionaries in its own order.

    Readable templates 26 to 51, 62, 64 and 80 to 99 and VietQR's beneficiary are opened; a template
    inside 62 stays text, as does whatever is not made of whole objects.
    """
    return dict(_opened(structure))


def _opened(structure: Structure) -> Iterator[tuple[str, "str | Fields"]]:
    for tag, value in structure.root.items():
        inner: Fields = dict(structure.inside(tag))
        beneficiary = structure.inside(f"{tag}.01") if is_account_template(tag) else {}
        if beneficiary:
            inner["01"] = dict(beneficiary)
        yield tag, inner or value
