"""Keep small things that expire for all processes of the app: short links, class rooms and their answers.

`open_store` opens a file of SQLite, or a server of Redis or Valkey. Nothing here knows Streamlit.
"""

from nnviz.store.choice import open_store as open_store
from nnviz.store.store import Items as Items
from nnviz.store.store import Store as Store
from nnviz.store.store import StoreFull as StoreFull
from nnviz.store.store import StoreUnavailable as StoreUnavailable
