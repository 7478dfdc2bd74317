"""Bundles of documents for a meeting or a deal, and the structured export with its published schemas."""
