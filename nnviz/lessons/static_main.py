"""Run the page of the address in the static edition, which has no server: so no class rooms, and no short links."""

import os

from nnviz.lessons.pages import UP_TO_GLOSSARY
from nnviz.store.choice import NO_STORE, VARIABLE
from nnviz.web import navigate

os.environ[VARIABLE] = NO_STORE
navigate(UP_TO_GLOSSARY)
