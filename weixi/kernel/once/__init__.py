"""A write that was sent twice is done once: what claims it (`claims`), and forms of pages (`forms`)."""
