"""The core: model, values, findings, files. It does not depend on commands, the network or the terminal."""
