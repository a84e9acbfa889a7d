"""Dates and working time: the wall clock of a zone, the company's working hours, public holidays, the lunar
year. Pure: nothing here asks what time it is."""
