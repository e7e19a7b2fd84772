"""Hold a class: lessons as files, and live rooms whose students have neither account nor name.

Nothing here knows a page of the app. `routes` serves the students' screen, which needs no session of Streamlit.
"""
