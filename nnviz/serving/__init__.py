"""Start the server: what is imported beforehand, what a request waits for until then, and whether it is ready.

Nothing here imports another part of nnviz, so that the server answers soon after its start.
"""
