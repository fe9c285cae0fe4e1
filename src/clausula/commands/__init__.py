"""The command line: one module for each verb, which reads arguments, calls a feature and prints."""
