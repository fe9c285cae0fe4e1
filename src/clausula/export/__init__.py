"""Export to the formats of other programs, from spreadsheets to statements and annotations; see `formats`."""
