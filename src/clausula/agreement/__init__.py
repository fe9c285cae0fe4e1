"""How far independent coding passes agree: units matched, each variable measured, conflicts listed and resolved."""
