"""The duty engine: duties = f(policy, events, calendar, now). Pure: the same facts give the same duties,
whatever the order they arrived in and however often they are computed."""
