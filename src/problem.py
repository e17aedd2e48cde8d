"""An error that is a sentence for a person."""


class Problem(Exception):
    """What is wrong, where, and how to mend it, in one sentence; the command line prints it and exits 1."""
