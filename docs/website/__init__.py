"""The documentation site: ``python -m docs.website FOLDER`` writes it from docstrings, lessons and notebooks."""
