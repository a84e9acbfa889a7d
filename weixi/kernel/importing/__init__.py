"""Reading of foreign files, without a database and without a clock.

`reading.open_table` opens a file by its content as a `Table`; `mapping.suggest` says which column feeds which field;
`values` reads cells exactly or says why not; `report` writes refused rows so that they can be corrected and read
again. Whole files are refused by `errors.FileRefused`. Sentences are `wording.Said`, translated where they are shown.
"""
