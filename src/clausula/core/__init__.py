"""The core: model, values, findings, text. It knows no command, no network and no screen."""
