"""Exhibitors and buyers as organisations: profile, members, the people who attend, blocks."""
