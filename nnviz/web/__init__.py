"""Hold all that is generic and knows Streamlit: start-up, navigation, controls, rendering, live values, links."""

from nnviz.web import _process as _process
from nnviz.web import _streamlit as _streamlit
from nnviz.web.controls import int_slider as int_slider
from nnviz.web.controls import log_slider as log_slider
from nnviz.web.controls import segmented as segmented
from nnviz.web.controls import slider as slider
from nnviz.web.drag_updates import update_during_drag as update_during_drag
from nnviz.web.live import PlayerOptions as PlayerOptions
from nnviz.web.live import announce as announce
from nnviz.web.live import draw_player as draw_player
from nnviz.web.live import publish_live as publish_live
from nnviz.web.live import publish_result as publish_result
from nnviz.web.navigation import navigate as navigate
from nnviz.web.navigation import page_link as page_link
from nnviz.web.navigation import show_page as show_page
from nnviz.web.questions import offer_code as offer_code
from nnviz.web.questions import write as write
from nnviz.web.render import beside_picture as beside_picture
from nnviz.web.render import first_screen as first_screen
from nnviz.web.render import keep_in_view as keep_in_view
from nnviz.web.render import render as render
from nnviz.web.turns import fragment as fragment
