"""Show the page "Class"."""

from nnviz import web
from nnviz.lessons.classroom.teach import view as teach
from nnviz.lessons.pages import MENU

web.show_page(MENU, "classroom", [teach.CHAPTER])
