"""Show the page "Glossary"."""

from nnviz import web
from nnviz.lessons.glossary.terms import view as terms
from nnviz.lessons.pages import UP_TO_GLOSSARY

web.show_page(UP_TO_GLOSSARY, "glossary", [terms.CHAPTER])
