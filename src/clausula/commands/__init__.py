"""The command line: one module for each command, which parses arguments, calls the library and prints the result."""
