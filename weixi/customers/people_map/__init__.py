"""The people map: who at a customer reports to whom, influences whom, and how each stands to buying from us."""
