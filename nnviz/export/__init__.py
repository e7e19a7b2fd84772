"""What a person takes home: code that runs by itself and reproduces what is on screen. One module a page.

Every text here is run by the tests, and its numbers are compared with those of the page.
"""

from nnviz.export.network import network_code as network_code
