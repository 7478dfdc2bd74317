"""The customs roads by which goods come into China, and the export modes that are mistaken for them."""
from . import codes


def import_roads() -> tuple[str, ...]:
    """The four roads a demand may name: general trade and the cross-border e-commerce import modes."""
    return tuple(codes.rows("import_road"))


def why_not_import(code: str) -> str | None:
    """None when goods can be imported by this road, else ``export_only`` or ``unknown``.

    9710 and 9810 look like their import sisters but are declared for exports only.
    """
    if codes.is_known("import_road", code):
        return None
    return "export_only" if codes.is_known("export_mode", code) else "unknown"


def is_import_road(code: str) -> bool:
    """Whether goods can be imported by this road."""
    return why_not_import(code) is None
