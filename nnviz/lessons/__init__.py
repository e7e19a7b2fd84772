"""Teach: one folder a page, in it one folder a chapter (view, chart, code, text) and ``shared`` for several of them."""
