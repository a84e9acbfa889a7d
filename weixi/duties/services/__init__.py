"""What changes duties: the projection, the tick, a waiver. Nothing else writes a duty."""
