"""How good the archives are (A-5 to A-7): what is missing, stale or invalid, who is asked for it, and the board."""
