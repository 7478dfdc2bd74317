"""Trade knowledge: pure rules on records, and the reference files shipped with them.

Nothing here knows Flask or the database. Every record in ``data/`` names its source by a code of
``data/sources.json``, and says ``verified: false`` where the source is not good enough to be shown as official.
"""
