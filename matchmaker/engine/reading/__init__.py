"""Reading a demand or a product out of a few lines that somebody pasted. Pure: text in, fields with their places out."""

from .reader import read
from .records import Field, Reading

__all__ = ["Field", "Reading", "read"]
