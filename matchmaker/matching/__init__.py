"""Glue between the rows and ``engine.matching``: refresh, recommendations, saved and hidden."""
