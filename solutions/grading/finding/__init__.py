"""Which file of a folder is whose submission, and of which problem set."""
