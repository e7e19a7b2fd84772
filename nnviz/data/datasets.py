"""Hold small real data sets with all their values, their source and their license.

The test suite reproduces a published fit of each data set. This guards against mistyped values.
"""

from dataclasses import dataclass

import numpy as np

from nnviz._checks import check_one_of
from nnviz.data.samples import Samples, Task

_FACTS = "measured facts, not protected by copyright"
_NIST = "public domain (NIST, a work of the US government)"


@dataclass(frozen=True)
class DataSet:
    """A data set as text: `rows` are separated by white space, the cells of a row by commas, the target last.

    `classes` holds the names of the values 0, 1, … of the target. It is empty for regression.
    """

    name: str
    label: str
    features: tuple[str, ...]
    target: str
    source: str
    license: str
    lesson: str
    rows: str
    classes: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        """The task: classification if the target has classes, otherwise regression."""
        return "classification" if self.classes else "regression"

    def samples(self) -> Samples:
        """Return the rows as x (n, d) and y (n,), in the order of the source."""
        cells = np.array([row.split(",") for row in self.rows.split()], dtype=np.float64)
        return Samples(
            cells[:, :-1],
            cells[:, -1],
            self.features,
            self.target,
            title=self.label,
            source=self.source,
            license=self.license,
            classes=self.classes,
        )


def load(name: str) -> Samples:
    """Return the samples of a data set; ValueError lists the known names if ``name`` is not one of them."""
    check_one_of("name", name, DATASETS)
    return DATASETS[name].samples()


def _anscombe(numeral: str, number: int, lesson: str, rows: str) -> DataSet:
    return DataSet(
        name=f"anscombe_{number}",
        label=f"Anscombe's quartet {numeral}",
        features=("x",),
        target="y",
        source="F. J. Anscombe (1973), Graphs in Statistical Analysis, The American Statistician 27, 17–21",
        license="numbers, not protected by copyright",
        lesson=lesson,
        rows=rows,
    )


_SETS = (
    _anscombe(
        numeral="I",
        number=1,
        lesson=(
            "The four sets of the quartet have equal means, variances, fitted lines and $R^2$. These points lie "
            "around a line with noise, as the numbers suggest."
        ),
        rows="""
        10,8.04 8,6.95 13,7.58 9,8.81 11,8.33 14,9.96 6,7.24 4,4.26 12,10.84 7,4.82 5,5.68
        """,
    ),
    _anscombe(
        numeral="II",
        number=2,
        lesson=(
            "The fitted line is the same, but the points lie on a smooth curve. A line is the wrong model for "
            "these data."
        ),
        rows="""
        10,9.14 8,8.14 13,8.74 9,8.77 11,9.26 14,8.1 6,6.13 4,3.1 12,9.13 7,7.26 5,4.74
        """,
    ),
    _anscombe(
        numeral="III",
        number=3,
        lesson=(
            "The fitted line is the same, but ten points lie almost exactly on another line. A single outlier "
            "changes the fit."
        ),
        rows="""
        10,7.46 8,6.77 13,12.74 9,7.11 11,7.81 14,8.84 6,6.08 4,5.39 12,8.15 7,6.42 5,5.73
        """,
    ),
    _anscombe(
        numeral="IV",
        number=4,
        lesson=(
            "The fitted line is the same, but a single point determines the slope. All other points have the "
            "same $x$."
        ),
        rows="""
        8,6.58 8,5.76 8,7.71 8,8.84 8,8.47 8,7.04 8,5.25 19,12.5 8,5.56 8,7.91 8,6.89
        """,
    ),
    DataSet(
        name="galileo",
        label="Galileo: distance of a ball that leaves a ramp",
        features=("release height (punti)",),
        target="distance (punti)",
        source="Galileo Galilei, about 1608, printed in S. Drake (1978), Galileo at Work",
        license="public domain (17th century)",
        lesson=(
            "The seven points lie on a curve. A line fits them badly, and a parabola fits them well with one "
            "more parameter."
        ),
        rows="""
        100,253 200,337 300,395 450,451 600,495 800,534 1000,573
        """,
    ),
    DataSet(
        name="forbes",
        label="Forbes: boiling point and air pressure",
        features=("boiling point (°F)",),
        target="pressure (inHg)",
        source="J. D. Forbes (1857), Transactions of the Royal Society of Edinburgh 21, 235–243",
        license="public domain (published 1857)",
        lesson=(
            "$R^2$ is 0.994, but the residuals still form a curve. A line fits the logarithm of the pressure "
            "better, except at one doubtful point."
        ),
        rows="""
        194.5,20.79 194.3,20.79 197.9,22.4 198.4,22.67 199.4,23.15 199.9,23.35 200.9,23.89 201.1,23.99
        201.4,24.02 201.3,24.01 203.6,25.14 204.6,26.57 209.5,28.49 208.6,27.76 210.7,29.04 211.9,29.88
        212.2,30.06
        """,
    ),
    DataSet(
        name="hubble",
        label="Hubble: distance and velocity of nebulae",
        features=("distance (Mpc)",),
        target="velocity (km/s)",
        source="E. Hubble (1929), Proceedings of the National Academy of Sciences 15, 168–173",
        license="public domain (published 1929)",
        lesson=(
            "The slope is the Hubble constant. It is 454 (km/s)/Mpc here, and about 70 today, because Hubble's "
            "distances were too small."
        ),
        rows="""
        0.032,170 0.034,290 0.214,-130 0.263,-70 0.275,-185 0.275,-220 0.45,200 0.5,290 0.5,270 0.63,200
        0.8,300 0.9,-30 0.9,650 0.9,150 0.9,500 1,920 1.1,450 1.1,500 1.4,500 1.7,960 2,500 2,850 2,800
        2,1090
        """,
    ),
    DataSet(
        name="cars",
        label="Speed and stopping distance",
        features=("speed (mph)",),
        target="distance (ft)",
        source="M. Ezekiel (1930), Methods of Correlation Analysis, Wiley",
        license=_FACTS,
        lesson="The line predicts a negative distance at low speed. The spread of the points grows with the speed.",
        rows="""
        4,2 4,10 7,4 7,22 8,16 9,10 10,18 10,26 10,34 11,17 11,28 12,14 12,20 12,24 12,28 13,26 13,34 13,34
        13,46 14,26 14,36 14,60 14,80 15,20 15,26 15,54 16,32 16,40 17,32 17,40 17,50 18,42 18,56 18,76
        18,84 19,36 19,46 19,68 20,32 20,48 20,52 20,56 20,64 22,66 23,54 24,70 24,92 24,93 24,120 25,85
        """,
    ),
    DataSet(
        name="norris",
        label="Norris: calibration of an ozone monitor",
        features=("reference (x)",),
        target="monitor (y)",
        source="J. Norris, NIST Statistical Reference Datasets (Norris.dat)",
        license=_NIST,
        lesson=(
            "The points lie almost exactly on a line, and NIST certifies its coefficients to 15 digits. Gradient "
            "descent is slow, because the inputs go up to 1000."
        ),
        rows="""
        0.2,0.1 337.4,338.8 118.2,118.1 884.6,888 10.1,9.2 226.5,228.1 666.3,668.5 996.3,998.5 448.6,449.1
        777,778.9 558.2,559.2 0.4,0.3 0.6,0.1 775.5,778.1 666.9,668.8 338,339.3 447.5,448.9 11.6,10.8
        556,557.7 228.1,228.3 995.8,998 887.6,888.8 120.2,119.6 0.3,0.3 0.3,0.6 556.8,557.6 339.1,339.3
        887.2,888 999,998.5 779,778.9 11.1,10.2 118.3,117.6 229.2,228.9 669.1,668.4 448.9,449.2 0.5,0.2
        """,
    ),
    DataSet(
        name="old_faithful",
        label="Old Faithful: eruption and waiting time",
        features=("eruption (min)",),
        target="waiting (min)",
        source="A. Azzalini and A. W. Bowman (1990), Applied Statistics 39, 357–365",
        license=_FACTS,
        lesson=(
            "Short and long eruptions form two clusters. One line fits both, and does not show that there are "
            "two kinds of eruption."
        ),
        rows="""
        3.6,79 1.8,54 3.333,74 2.283,62 4.533,85 2.883,55 4.7,88 3.6,85 1.95,51 4.35,85 1.833,54 3.917,84
        4.2,78 1.75,47 4.7,83 2.167,52 1.75,62 4.8,84 1.6,52 4.25,79 1.8,51 1.75,47 3.45,78 3.067,69
        4.533,74 3.6,83 1.967,55 4.083,76 3.85,78 4.433,79 4.3,73 4.467,77 3.367,66 4.033,80 3.833,74
        2.017,52 1.867,48 4.833,80 1.833,59 4.783,90 4.35,80 1.883,58 4.567,84 1.75,58 4.533,73 3.317,83
        3.833,64 2.1,53 4.633,82 2,59 4.8,75 4.716,90 1.833,54 4.833,80 1.733,54 4.883,83 3.717,71 1.667,64
        4.567,77 4.317,81 2.233,59 4.5,84 1.75,48 4.8,82 1.817,60 4.4,92 4.167,78 4.7,78 2.067,65 4.7,73
        4.033,82 1.967,56 4.5,79 4,71 1.983,62 5.067,76 2.017,60 4.567,78 3.883,76 3.6,83 4.133,75 4.333,82
        4.1,70 2.633,65 4.067,73 4.933,88 3.95,76 4.517,80 2.167,48 4,86 2.2,60 4.333,90 1.867,50 4.817,78
        1.833,63 4.3,72 4.667,84 3.75,75 1.867,51 4.9,82 2.483,62 4.367,88 2.1,49 4.5,83 4.05,81 1.867,47
        4.7,84 1.783,52 4.85,86 3.683,81 4.733,75 2.3,59 4.9,89 4.417,79 1.7,59 4.633,81 2.317,50 4.6,85
        1.817,59 4.417,87 2.617,53 4.067,69 4.25,77 1.967,56 4.6,88 3.767,81 1.917,45 4.5,82 2.267,55
        4.65,90 1.867,45 4.167,83 2.8,56 4.333,89 1.833,46 4.383,82 1.883,51 4.933,86 2.033,53 3.733,79
        4.233,81 2.233,60 4.533,82 4.817,77 4.333,76 1.983,59 4.633,80 2.017,49 5.1,96 1.8,53 5.033,77 4,77
        2.4,65 4.6,81 3.567,71 4,70 4.5,81 4.083,93 1.8,53 3.967,89 2.2,45 4.15,86 2,58 3.833,78 3.5,66
        4.583,76 2.367,63 5,88 1.933,52 4.617,93 1.917,49 2.083,57 4.583,77 3.333,68 4.167,81 4.333,81
        4.5,73 2.417,50 4,85 4.167,74 1.883,55 4.583,77 4.25,83 3.767,83 2.033,51 4.433,78 4.083,84 1.833,46
        4.417,83 2.183,55 4.8,81 1.833,57 4.8,76 4.1,84 3.966,77 4.233,81 3.5,87 4.366,77 2.25,51 4.667,78
        2.1,60 4.35,82 4.133,91 1.867,53 4.6,78 1.783,46 4.367,77 3.85,84 1.933,49 4.5,83 2.383,71 4.7,80
        1.867,49 3.833,75 3.417,64 4.233,76 2.4,53 4.8,94 2,55 4.15,76 1.867,50 4.267,82 1.75,54 4.483,75
        4,78 4.117,79 4.083,78 4.267,78 3.917,70 4.55,79 4.083,70 2.417,54 4.183,86 2.217,50 4.45,90
        1.883,54 1.85,54 4.283,77 3.95,79 2.333,64 4.15,75 2.35,47 4.933,86 2.9,63 4.583,85 3.833,82
        2.083,57 4.367,82 2.133,67 4.35,74 2.2,54 4.45,83 3.567,73 4.5,73 4.15,88 3.817,80 3.917,71 4.45,83
        2,56 4.283,79 4.767,78 4.533,84 1.85,58 4.25,83 1.983,43 2.25,60 4.75,75 4.117,81 2.15,46 4.417,90
        1.817,46 4.467,74
        """,
    ),
    DataSet(
        name="trees",
        label="Volume of black cherry trees",
        features=("girth (in)", "height (ft)"),
        target="volume (ft³)",
        source="B. F. Ryan, B. L. Joiner and T. A. Ryan (1976), The Minitab Student Handbook",
        license=_FACTS,
        lesson=(
            "A plane in two inputs explains 95 % of the variance, although a volume is a product. In the "
            "logarithms of the three quantities the product is a sum."
        ),
        rows="""
        8.3,70,10.3 8.6,65,10.3 8.8,63,10.2 10.5,72,16.4 10.7,81,18.8 10.8,83,19.7 11,66,15.6 11,75,18.2
        11.1,80,22.6 11.2,75,19.9 11.3,79,24.2 11.4,76,21 11.4,76,21.4 11.7,69,21.3 12,75,19.1 12.9,74,22.2
        12.9,85,33.8 13.3,86,27.4 13.7,71,25.7 13.8,64,24.9 14,78,34.5 14.2,80,31.7 14.5,74,36.3 16,72,38.3
        16.3,77,42.6 17.3,81,55.4 17.5,82,55.7 17.9,80,58.3 18,80,51.5 18,80,51 20.6,87,77
        """,
    ),
    DataSet(
        name="longley",
        label="Longley: US employment 1947–1962",
        features=("price deflator", "GNP", "unemployed", "armed forces", "population", "year"),
        target="employed",
        source="J. W. Longley (1967), J. American Statistical Association 62, 819–841, and NIST (Longley.dat)",
        license=_NIST,
        lesson=(
            "The six inputs grow together, so the problem is badly conditioned. Gradient descent is slow, and "
            "the weights are hard to interpret."
        ),
        rows="""
        83,234289,2356,1590,107608,1947,60323 88.5,259426,2325,1456,108632,1948,61122
        88.2,258054,3682,1616,109773,1949,60171 89.5,284599,3351,1650,110929,1950,61187
        96.2,328975,2099,3099,112075,1951,63221 98.1,346999,1932,3594,113270,1952,63639
        99,365385,1870,3547,115094,1953,64989 100,363112,3578,3350,116219,1954,63761
        101.2,397469,2904,3048,117388,1955,66019 104.6,419180,2822,2857,118734,1956,67857
        108.4,442769,2936,2798,120445,1957,68169 110.8,444546,4681,2637,121950,1958,66513
        112.6,482704,3813,2552,123366,1959,68655 114.2,502601,3931,2514,125368,1960,69564
        115.7,518173,4806,2572,127852,1961,69331 116.9,554894,4007,2827,130081,1962,70551
        """,
    ),
    DataSet(
        name="challenger",
        label="Challenger: O-ring damage and temperature",
        features=("temperature (°F)",),
        target="O-ring",
        source="Report of the Presidential Commission on the Space Shuttle Challenger Accident (1986)",
        license="public domain (work of the US government)",
        lesson=(
            "The data are from 23 flights before the accident. At 31 °F, the temperature on the day of the launch, "
            "the fitted probability of damage is close to 1."
        ),
        rows="""
        66,0 70,1 69,0 68,0 67,0 72,0 73,0 70,0 57,1 63,1 70,1 78,0 67,0 53,1 67,0 75,0 70,0 81,0 76,0 79,0
        75,1 76,0 58,1
        """,
        classes=("no damage", "damage"),
    ),
    DataSet(
        name="iris",
        label="Iris: petals of three species",
        features=("petal length (cm)", "petal width (cm)"),
        target="species",
        source="R. A. Fisher (1936), Annals of Eugenics 7, 179–188, measured by E. Anderson",
        license=_FACTS,
        lesson=(
            "Setosa is separate from the other two species, which overlap. For some flowers the petals do not "
            "determine the species."
        ),
        rows="""
        1.4,0.2,0 1.4,0.2,0 1.3,0.2,0 1.5,0.2,0 1.4,0.2,0 1.7,0.4,0 1.4,0.3,0 1.5,0.2,0 1.4,0.2,0 1.5,0.1,0
        1.5,0.2,0 1.6,0.2,0 1.4,0.1,0 1.1,0.1,0 1.2,0.2,0 1.5,0.4,0 1.3,0.4,0 1.4,0.3,0 1.7,0.3,0 1.5,0.3,0
        1.7,0.2,0 1.5,0.4,0 1,0.2,0 1.7,0.5,0 1.9,0.2,0 1.6,0.2,0 1.6,0.4,0 1.5,0.2,0 1.4,0.2,0 1.6,0.2,0
        1.6,0.2,0 1.5,0.4,0 1.5,0.1,0 1.4,0.2,0 1.5,0.2,0 1.2,0.2,0 1.3,0.2,0 1.4,0.1,0 1.3,0.2,0 1.5,0.2,0
        1.3,0.3,0 1.3,0.3,0 1.3,0.2,0 1.6,0.6,0 1.9,0.4,0 1.4,0.3,0 1.6,0.2,0 1.4,0.2,0 1.5,0.2,0 1.4,0.2,0
        4.7,1.4,1 4.5,1.5,1 4.9,1.5,1 4,1.3,1 4.6,1.5,1 4.5,1.3,1 4.7,1.6,1 3.3,1,1 4.6,1.3,1 3.9,1.4,1
        3.5,1,1 4.2,1.5,1 4,1,1 4.7,1.4,1 3.6,1.3,1 4.4,1.4,1 4.5,1.5,1 4.1,1,1 4.5,1.5,1 3.9,1.1,1
        4.8,1.8,1 4,1.3,1 4.9,1.5,1 4.7,1.2,1 4.3,1.3,1 4.4,1.4,1 4.8,1.4,1 5,1.7,1 4.5,1.5,1 3.5,1,1
        3.8,1.1,1 3.7,1,1 3.9,1.2,1 5.1,1.6,1 4.5,1.5,1 4.5,1.6,1 4.7,1.5,1 4.4,1.3,1 4.1,1.3,1 4,1.3,1
        4.4,1.2,1 4.6,1.4,1 4,1.2,1 3.3,1,1 4.2,1.3,1 4.2,1.2,1 4.2,1.3,1 4.3,1.3,1 3,1.1,1 4.1,1.3,1
        6,2.5,2 5.1,1.9,2 5.9,2.1,2 5.6,1.8,2 5.8,2.2,2 6.6,2.1,2 4.5,1.7,2 6.3,1.8,2 5.8,1.8,2 6.1,2.5,2
        5.1,2,2 5.3,1.9,2 5.5,2.1,2 5,2,2 5.1,2.4,2 5.3,2.3,2 5.5,1.8,2 6.7,2.2,2 6.9,2.3,2 5,1.5,2
        5.7,2.3,2 4.9,2,2 6.7,2,2 4.9,1.8,2 5.7,2.1,2 6,1.8,2 4.8,1.8,2 4.9,1.8,2 5.6,2.1,2 5.8,1.6,2
        6.1,1.9,2 6.4,2,2 5.6,2.2,2 5.1,1.5,2 5.6,1.4,2 6.1,2.3,2 5.6,2.4,2 5.5,1.8,2 4.8,1.8,2 5.4,2.1,2
        5.6,2.4,2 5.1,2.3,2 5.1,1.9,2 5.9,2.3,2 5.7,2.5,2 5.2,2.3,2 5,1.9,2 5.2,2,2 5.4,2.3,2 5.1,1.8,2
        """,
        classes=("setosa", "versicolor", "virginica"),
    ),
)

DATASETS: dict[str, DataSet] = {data_set.name: data_set for data_set in _SETS}
"""Name -> small real data set, with its source and its license."""
