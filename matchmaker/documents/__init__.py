"""The locker: a company's documents, who may see them, and until when they hold."""
