"""The layers of validation. Each turns what it finds into findings; none prints or writes."""
