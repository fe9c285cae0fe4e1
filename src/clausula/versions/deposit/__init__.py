"""Deposit a release on Zenodo: draft, DOI, files and, only after explicit confirmation, publication."""
