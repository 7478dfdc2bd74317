"""A believable seeded world to try everything in."""
