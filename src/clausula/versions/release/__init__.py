"""Releasing: everything is checked, then a folder with all that a release consists of appears, whole or not at all."""
