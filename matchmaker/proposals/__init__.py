"""Proposals: one side of a match offers the change that closes a gap; the other accepts, refuses or answers with its own figure."""
