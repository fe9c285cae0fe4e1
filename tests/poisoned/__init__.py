"""Poisoned packages: every declared demand and rule, broken once in each layer said to enforce it."""
