"""The bench: how fast the work of `docs/performance.md` is, beside its floor, in one run.

`make bench`, or `python -m bench`; settings stand in `bench/__main__.py`.
"""
