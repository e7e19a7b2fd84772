"""The map of the package, in the order in which the idea is taught.

- ``nnviz.data``       what is learned from: seeded samples, small real data sets, a CSV reader
- ``nnviz.functions``  what is to be approximated: text -> Expression, a list of targets, points, drawings
- ``nnviz.learning``   how parameters are found: losses, optimizers, surfaces, regression, descent
- ``nnviz.networks``   the models: activations, networks with one hidden layer or many, their training
- ``nnviz.approximation``  the theorem: best networks, certificates, ε in and network out, error against width
- ``nnviz.export``     what is on screen as code that runs by itself
- ``nnviz.charts``     results -> pictures; computes nothing
- ``nnviz.ui``         the only place that imports streamlit: process set-up, controls, drawing

Arrows go one way: ``ui -> charts`` and ``approximation, export -> networks -> learning -> functions, data``.
Importing ``nnviz`` imports nothing; import from the wing that has what you need.
"""
