"""Days a customer has once: an exhibition, an opening, a launch (C-4). What is done for them is a rule of the policy.

Why the events look as they do: docs/decisions/0017.
"""
