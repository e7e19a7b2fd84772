"""Hold the words of the page "Glossary"."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="glossary",
    prefix="gl",
    file="6_glossary.py",
    title="Glossary",
    icon=":material/menu_book:",
    about="Every term of the field that the pages use, defined once.",
    idea="These are the terms of the field that the pages use. Each one is defined once, with links to where it is "
    "taught.",
    has_charts=False,
)
