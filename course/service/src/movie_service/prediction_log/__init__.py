"""The prediction log: what was asked and answered, kept so that drift, accuracy and A/B tests can be computed later.

The serving process only appends to local files (spool.py). Another process ships them: movie_service.uploader.
"""

from movie_service.prediction_log.journal import Journal, NoJournal, SpoolJournal, open_journal

__all__ = ["Journal", "NoJournal", "SpoolJournal", "open_journal"]
