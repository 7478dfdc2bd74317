"""Glue between the rows and ``engine.scheduling``: availability, the board, versions, feeds, my day."""
