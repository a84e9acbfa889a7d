"""Service plans (C-8): what a month or quarter asks of people by cadence and node, and how it was carried out.

A plan is no table of its own. What was begun has a row among the duties; what runs untouched or is still to come is
derived from the rules, so that a plan never differs from what Today will ask for.
"""
