"""The only wing that imports streamlit: process set-up, controls bound to the link, drawing, live values."""

from nnviz.ui.controls import choice as choice
from nnviz.ui.controls import number as number
from nnviz.ui.controls import power as power
from nnviz.ui.controls import several as several
from nnviz.ui.controls import slider as slider
from nnviz.ui.controls import whole as whole
from nnviz.ui.draw import show as show
from nnviz.ui.live import follow as follow
from nnviz.ui.live import player as player
from nnviz.ui.page import PAGES as PAGES
from nnviz.ui.page import begin as begin
from nnviz.ui.page import end as end
