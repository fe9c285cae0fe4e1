"""Depositing a release on Zenodo: draft, DOI, files, and, on an explicit word only, publication."""
