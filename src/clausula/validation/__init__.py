"""The validation layers. Each adds findings to a report; none prints or writes files."""
