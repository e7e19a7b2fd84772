"""The error for data that give no samples."""


class DataError(ValueError):
    """The error for data that give no samples. Its message says what is wrong, where, and what to do about it."""
