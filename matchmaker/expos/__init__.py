"""Editions of the expos: sections, days, slots, halls, tables, interpreters; who takes part and who runs them."""
