"""A QR symbol of an address as SVG inside a page, for a phone beside the screen to scan."""

import io

from markupsafe import Markup

QUIET_MODULES = 4


def qr_picture(text: str, label: str) -> Markup:
    """Return the symbol, black on white with its quiet zone whatever the theme."""
    import segno

    written = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        written,
        kind="svg",
        border=QUIET_MODULES,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        title=label,
    )
    return Markup(written.getvalue().decode())  # noqa: S704 (segno escapes the title, the rest is its own)
