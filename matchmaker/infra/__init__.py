"""Doors to outside things, one each, chosen by a URL in the settings."""
