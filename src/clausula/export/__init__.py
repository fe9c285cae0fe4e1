"""The data in the formats of other programs, from spreadsheets to statements and annotations; `formats` lists them."""
