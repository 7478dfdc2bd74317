"""The reference: the official nomenclature that organizers load, and the headings proposed from a title."""
