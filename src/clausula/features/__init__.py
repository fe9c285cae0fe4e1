"""What clausula does: loading, building, validating, verifying, showing. Commands call these; nothing here prints."""
