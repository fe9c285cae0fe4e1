"""Poisoned packages: each constraint and rule is violated once and must be found by each layer that enforces it."""
