"""The few line icons of the pages, drawn on 24 units, and the two marks. From the prototypes."""

from markupsafe import Markup

_PATHS = {
    "chart": "M4 20h16M7 20v-7M12 20V5M17 20v-11",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.4 2",
    "close": "M6 6l12 12M18 6L6 18",
    "down": "M5 9l7 7 7-7",
    "download": "M12 4v12M7 11l5 5 5-5M4 16v4h16v-4",
    "file": "M6 3h8l4.5 4.5V21H6zM14 3v5h4.5M9 13h6M9 16.5h6",
    "home": "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
    "image": "M4 4h16v16H4zM4 16l5-5 4.5 4.5 2.5-2.5 4 4"
    "M15.5 9.5a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4z",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.7v.3",
    "key": "M8 19a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 12l8-8M15.5 7.5l3 3",
    "left": "M15 5l-7 7 7 7",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "more": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
    "phone": "M6 3.5h3l1.5 4.5-2.2 1.6a12 12 0 0 0 6.1 6.1L16 13.5l4.5 1.5v3c0 1.4-1.1 2.5-2.5 2.5"
    "C10 20.5 3.5 14 3.5 6c0-1.4 1.1-2.5 2.5-2.5z",
    "plus": "M12 5v14M5 12h14",
    "qr": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM17.5 17.5H20V20h-2.5zM20 14v.5"
    "M14 20v-.5",
    "refresh": "M20 11a8 8 0 0 0-14.6-3.5L4 9M4 4v5h5M4 13a8 8 0 0 0 14.6 3.5L20 15M20 20v-5h-5",
    "right": "M9 5l7 7-7 7",
    "scale": "M12 4v16M7 20h10M5 7h14M5 7l-2.5 6.5a2.8 2.8 0 0 0 5 0L5 7z"
    "M19 7l-2.5 6.5a2.8 2.8 0 0 0 5 0L19 7z",
    "shield": "M12 3l7.5 3v5.5c0 4.5-3.1 8-7.5 9.5-4.4-1.5-7.5-5-7.5-9.5V6L12 3z"
    "M8.7 12l2.4 2.4 4.3-4.6",
    "sheet": "M5 4h14v16H5zM5 9h14M5 14.5h14M10 9v11",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.9-4.9",
    "stall": "M4 9l1.5-5h13L20 9M4 9a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0A2.7 2.7 0 0 0 20 9"
    "M5.5 11.5V20h13v-8.5M9.5 20v-5h5v5",
    "undo": "M5 9h9a5 5 0 0 1 0 10H9M5 9l4.5-4.5M5 9l4.5 4.5",
    "upload": "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
    "user": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-4 3.3-6.5 7.5-6.5s7.5 2.5 7.5 6.5",
    "warn": "M12 4L2.8 19.5h18.4L12 4zM12 10v4.5M12 17v.3",
}


def icon(name: str, size: int = 20) -> Markup:
    """Return a line icon; it says nothing to a screen reader, the words beside it do."""
    return Markup(
        '<svg class="i" width="{0}" height="{0}" viewBox="0 0 24 24" aria-hidden="true" '
        'focusable="false"><path d="{1}"/></svg>'
    ).format(size, _PATHS[name])


def logo(size: int = 30) -> Markup:
    """Return the mark: a QR finder pattern with a woven diamond in it."""
    return Markup(
        '<svg class="logo" width="{0}" height="{0}" viewBox="0 0 32 32" aria-hidden="true" '
        'focusable="false"><path d="M3.5 3.5h25v25h-25z" fill="none" stroke="currentColor" '
        'stroke-width="3"/><path class="logo-d" d="M16 8.2l7.8 7.8-7.8 7.8L8.2 16z"/>'
        '<path class="logo-c" d="M16 13l3 3-3 3-3-3z"/></svg>'
    ).format(size)


def empty_picture() -> Markup:
    """Return the three diamonds that stand where there is nothing yet."""
    return Markup(
        '<svg width="148" height="72" viewBox="0 0 148 72" aria-hidden="true" focusable="false">'
        '<path class="em-l" d="M8 36l16-16 16 16-16 16zM108 36l16-16 16 16-16 16z"/>'
        '<path class="em-q" stroke-dasharray="5 5" d="M44 36l30-30 30 30-30 30z"/>'
        '<path class="em-l" d="M60 36l14-14 14 14-14 14z"/></svg>'
    )
