"""When two records mean the same customer: normal forms, keys under which alike ones meet, points for and against.

Pure: no database, no clock. `records` says what is compared, `keys` where to look, `compare` decides."""
