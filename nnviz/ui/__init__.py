"""The only wing that imports streamlit: process set-up, controls bound to the link, drawing, live values."""

from nnviz.ui import _process as _process
from nnviz.ui.controls import one_of as one_of
from nnviz.ui.controls import power as power
from nnviz.ui.controls import slider as slider
from nnviz.ui.controls import whole as whole
from nnviz.ui.draw import show as show
from nnviz.ui.hand import while_held as while_held
from nnviz.ui.live import follow as follow
from nnviz.ui.live import player as player
from nnviz.ui.live import say as say
from nnviz.ui.page import LESSONS as LESSONS
from nnviz.ui.page import PAGES as PAGES
from nnviz.ui.page import begin as begin
from nnviz.ui.page import chapters as chapters
from nnviz.ui.page import end as end
from nnviz.ui.page import link as link
from nnviz.ui.page import navigate as navigate
from nnviz.ui.questions import code as code
from nnviz.ui.questions import notice as notice
from nnviz.ui.questions import predict as predict
from nnviz.ui.samples import Array as Array
