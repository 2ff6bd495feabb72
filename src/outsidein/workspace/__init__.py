"""An opened project: hands each noun its own declarations."""
