"""Which fire times are due and which are too late; and the alarm clock that has them looked at."""
