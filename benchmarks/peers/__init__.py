"""Footnote beside what its users would otherwise pick, on the same model and vectors."""
