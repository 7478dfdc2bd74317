"""People: registration, sign-in, sessions, one-time links, limits."""
