"""What a reader without eyes finds in a page: headings, labels, links; and what must not be there."""

from html.parser import HTMLParser
from urllib.parse import urljoin

VOID = {"br", "hr", "img", "input", "link", "meta", "rect", "path", "col"}


class Page(HTMLParser):
    """A page taken apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.told: list[str] = []
        self.faults: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note an end that closes nothing."""
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.told.append(data)

    @property
    def text(self) -> str:
        """Return the words of the page, one space between them."""
        return " ".join(" ".join(self.told).split())

    def of(self, *tags: str) -> list[dict[str, str]]:
        """Return the attributes of the elements of these kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]

    def links(self, base: str) -> set[str]:
        """Return where the page leads and what it loads, fragments left out."""
        addresses = [a["href"] for a in self.of("a", "link") if "href" in a]
        addresses += [i["src"] for i in self.of("img")]
        return {urljoin(base, address).partition("#")[0] for address in addresses}

    def shortcomings(self) -> list[str]:
        """Return what is wrong with the page for whoever cannot see it, or for its safety."""
        faults = [*self.faults, *(f"<{tag}> never ends" for tag in self.open)]
        ids = [a["id"] for _, a in self.elements if "id" in a]
        faults += [f"id {id_} twice" for id_ in {i for i in ids if ids.count(i) > 1}]
        if len(self.of("h1")) != 1:
            faults.append(f"{len(self.of('h1'))} main headings")
        if not self.of("html")[0].get("lang"):
            faults.append("no language")
        if len(self.of("main")) != 1:
            faults.append("no main part")
        faults += [
            "script that is no file of ours"
            for script in self.of("script")
            if not script.get("src", "").startswith("/static/")
        ]
        faults += [f"style on <{t}>" for t, a in self.elements if "style" in a or t == "style"]
        faults += [f"{n} on <{t}>" for t, a in self.elements for n in a if n.startswith("on")]
        labelled = {label.get("for") for label in self.of("label")}
        faults += [
            f"no label for {field.get('name')}"
            for field in self.of("input", "select", "textarea")
            if field.get("type") != "hidden" and field.get("id") not in labelled
        ]
        faults += ["picture without words" for i in self.of("img") if not i.get("alt")]
        if len(self.of("table")) != len(self.of("caption")):
            faults.append("table without caption")
        faults += ["column or row without scope" for th in self.of("th") if "scope" not in th]
        faults += [
            f"{named} is not there"
            for _, a in self.elements
            for name in ("aria-labelledby", "aria-describedby")
            for named in a.get(name, "").split()
            if named not in ids
        ]
        faults += [
            f"{a['href']} leads nowhere"
            for a in self.of("a")
            if a.get("href", "").startswith("#") and a["href"][1:] not in ids
        ]
        return faults
