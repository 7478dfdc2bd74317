"""Telling people: notices in the product and mails, in the receiver's language."""
