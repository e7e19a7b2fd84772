"""A clock for stores that a test sets."""


class Clock:
    now = 1.0

    def __call__(self) -> float:
        return self.now
