"""Further tables of each kind: their bytes, the columns that are read by default, and the points."""

from typing import NamedTuple


class Wanted(NamedTuple):
    """The reading of a table. features and target: names. points: all of them. left_out: rows that are not used."""

    raw: bytes
    features: str
    target: str
    points: list[tuple[float, float]]
    left_out: int = 0


def line(*xs: float, slope: float = 2, offset: float = 1) -> list[tuple[float, float]]:
    return [(x, slope * x + offset) for x in xs]


def table(
    text: str, features: str, target: str, points: list[tuple[float, float]], left_out: int = 0
) -> Wanted:
    return Wanted(text.encode(), features, target, points, left_out)


XY = ("x", "y")
NIST = """NIST/ITL StRD
Dataset Name:  Norris (Norris.dat)

File Format:   ASCII
               Certified Values  (lines 31 to 46)
               Data              (lines 61 to 64)

Data:          1 Response Variable (y)
               1 Predictor Variable (x)
               36 Observations

               Certified Regression Statistics

                                          Standard Deviation
     Parameter          Estimate             of Estimate

        B0        -0.262323073774029      0.232818234301152
        B1         1.00211681802045       0.429796848199937E-03

Residual             1      0.782864662630069

Data:       y          x
           3.0        1.0
           5.0        2.0
           7.0        3.0
           9.0        4.0
"""
KINDS = {
    # an oscilloscope's settings beside its data, marks at numbers, French times, a table of the World Bank
    "settings beside the data": table(
        "Record Length,2500,,0,1,\nSource,CH1,,1,3,\nScale,0.5,,2,5,\n,,,3,7,\n,,,4,9,\n,,,5,11,\n,,,6,13,",
        "unnamed 4", "unnamed 5", line(0, 1, 2, 3, 4, 5, 6),
    ),
    "a mark in the first row": table("x,y\n1,3*\n2,5\n3,7", *XY, line(2, 3), 1),
    "a bound in the first row": table("x,y\n1,<3\n2,5\n3,7\n4,9", *XY, line(2, 3, 4), 1),
    "French times": table("t;y\n09h30;1\n10h30;7201", "t (s since 09h30)", "y", line(0, 3600)),
    "a table of the World Bank": table(
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-01-01",\n\n'
        '"Country","1990","1991","1992"\n"A","1","3","5"\n"B","2","5","9"',
        "1990", "1991", line(1, 2),
    ),
    # forms that Python and GeoGebra write, and groups of thousands between tabs
    "a dictionary of Python": table("{'x': [1, 2, 3], 'y': [3, 5, 7]}", *XY, line(1, 2, 3)),
    "records of Python": table("[{'x': 1, 'y': 3}, {'x': 2, 'y': 5}]", *XY, line(1, 2)),
    "points with names": table("A = (1, 3)\nB = (2, 5)\nC = (3, 7)", *XY, line(1, 2, 3)),
    "thousands with spaces between tabs": table(
        "x\ty\n1\t1 003\n2\t1 005\n3\t1 007", *XY, line(1, 2, 3, offset=1001)
    ),
    "tabs and spaces as separators": table("x y\n1\t 3\n2\t 5\n3\t 7", *XY, line(1, 2, 3)),
    "dates without separators": table(
        "day,y\n20240131,1\n20240201,3\n20240202,5", "day (d since 2024-01-31)", "y", line(0, 1, 2)
    ),
    "months without a separator": table(
        "month;y\n202401;1\n202402;63\n202403;121", "month (d since 2024-01)", "y", line(0, 31, 60)
    ),
    "quarters": table("quarter,y\n2024Q1,1\n2024Q2,183\n2024Q3,365", "quarter (d since 2024Q1)", "y", line(0, 91, 182)),
    "quarters before the year": table(
        "quarter,y\nQ1 2024,1\nQ2 2024,183\nQ3 2024,365", "quarter (d since Q1 2024)", "y", line(0, 91, 182)
    ),
    "weeks": table("week\ty\n2024-W01\t1\n2024-W02\t15\n2024-W04\t43", "week (d since 2024-W01)", "y", line(0, 7, 21)),
    "quarters as names": table("city,2024Q1,2024Q2\nA,1,3\nB,2,5", "2024Q1", "2024Q2", line(1, 2)),
    # error cells and comments
    "errors of a German sheet": table("x;y\n1;3\n#NV;9\n2;5\n#WERT!;1\n3;7\n#BEZUG!;2", *XY, line(1, 2, 3), 3),
    "errors of a French sheet": table("x;y\n1;3\n2;#VALEUR!\n2;5\n#NOM?;1\n3;7", *XY, line(1, 2, 3), 2),
    "errors and comments": table("# lab 4\nx,y\n1,3\n# pause\n#REF!,1\n2,5\n3,7\n", *XY, line(1, 2, 3), 1),
    "errors between tabs": table("x\ty\n1\t3\n#NUM!\t4\n2\t5\n#NAME?\t#N/A\n3\t7", *XY, line(1, 2, 3), 2),
    "errors between spaces": table("x y\n1 3\n#N/A 4\n2 5\n3 7", *XY, line(1, 2, 3), 1),
    "overflow of Fortran": table("x y\n1 3\n2 ******\n2 5\n3 7", *XY, line(1, 2, 3), 1),
    "errors of C": table("x,y\n1,3\n2,-1.#IND\n2,5\n1.#INF,3\n3,7", *XY, line(1, 2, 3), 2),
    "percent comments": table("% made by a logger\nx,y\n1,3\n2,5\n3,7", *XY, line(1, 2, 3)),
    # titles
    "title with two commas": table("Measured in Bern, 4 May, by A\nx,y\n1,3\n2,5\n3,7", *XY, line(1, 2, 3)),
    "title with a year": table("Report, 2019\nx,y,z\n1,3,0\n2,5,1\n3,7,0", *XY, line(1, 2, 3)),
    "title and blank line": table("My data\n\nx,y\n1,3\n2,5\n3,7", *XY, line(1, 2, 3)),
    "metadata of a logger": table(
        "Device,ABC\nSerial,12345\nRate (Hz),10\n\nTime,Volt\ns,V\n0,1\n0.1,1.2\n0.2,1.4",
        "Time (s)", "Volt (V)", [(0, 1), (0.1, 1.2), (0.2, 1.4)],
    ),
    "metadata without a blank line": table(
        "Device,ABC\nSerial,12345\nRate,10\nTime,Volt\n0,1\n1,3\n2,5", "Time", "Volt", line(0, 1, 2)
    ),
    "units in brackets": table("t;v\n[s];[m/s]\n0;1\n1;3\n2;5", "t (s)", "v (m/s)", line(0, 1, 2)),
    "units between tabs": table("Time\tTemp\nmin\t°C\n0\t1\n1\t3\n2\t5", "Time (min)", "Temp (°C)", line(0, 1, 2)),
    "two rows of names and units": table(
        "Run 1,Run 1\nTime,Force\n(s),(N)\n0,1\n1,3\n2,5", "Time (s)", "Force (N)", line(0, 1, 2)
    ),
    # numbers as names
    "years as names, no text": table("2019,2020\n1.0,3.0\n2.0,5.0\n3.0,7.0", "2019", "2020", line(1, 2, 3)),
    "years as names, tabs": table(
        "city\t2019\t2020\nA\t1\t3\nB\t2\t5\nC\t3\t7\nD\t4\t9",
        "2019", "2020", line(1, 2, 3, 4),
    ),
    "names 0 and 1 without an index": table("0,1\n1.0,3.0\n2.0,5.0\n3.0,7.0", "0", "1", line(1, 2, 3)),
    "a number among names": table("x,2\n1,3\n2,5\n3,7", "x", "2", line(1, 2, 3)),
    "depth and years": table("depth,2019,2020\n1,3,0\n2,5,1\n3,7,2", "depth", "2019", line(1, 2, 3)),
    "no names, begins with 0 1": table("0,1\n0.5,2\n1,3", *XY, line(0, 0.5, 1)),
    "no names, whole numbers": table("1,3\n2,5\n3,7", *XY, line(1, 2, 3)),
    # index columns
    "pandas index": table(",x,y\n0,1,3\n1,2,5\n2,3,7", *XY, line(1, 2, 3)),
    "Unnamed: 0": table("Unnamed: 0,x,y\n0,1,3\n1,2,5\n2,3,7", *XY, line(1, 2, 3)),
    "R without a name for the rows": table('"x" "y"\n"1" 1 3\n"2" 2 5\n"3" 3 7', *XY, line(1, 2, 3)),
    "R with words for the rows": table('"","x","y"\n"Fiat",1,3\n"Ford",2,5\n"Audi",3,7', *XY, line(1, 2, 3)),
    "id column": table("id;x;y\n1;10;21\n2;20;41\n3;30;61", *XY, line(10, 20, 30)),
    "Markdown": table(
        "|    |   x |   y |\n|---:|----:|----:|\n|  0 |   1 |   3 |\n|  1 |   2 |   5 |\n|  2 |   3 |   7 |",
        *XY, line(1, 2, 3),
    ),
    "Markdown without bars at the ends": table("x | y\n--- | ---\n1 | 3\n2 | 5\n3 | 7", *XY, line(1, 2, 3)),
    "a table of a database": table(
        "+---+---+\n| x | y |\n+---+---+\n| 1 | 3 |\n| 2 | 5 |\n| 3 | 7 |\n+---+---+", *XY, line(1, 2, 3)
    ),
    "printed DataFrame": table("     x    y\n0  1.0  3.0\n1  2.0  5.0\n2  3.0  7.0", *XY, line(1, 2, 3)),
    "day is no index": table("day,y\n1,3\n2,5\n3,7", "day", "y", line(1, 2, 3)),
    # thousands and decimal marks
    "Swiss, typographic": table("x;y\n1;1’203\n2;1’205\n3;1’207", *XY, line(1, 2, 3, offset=1201)),
    "Swiss millions": table("x,y\n1,1'000'003\n2,1'000'005\n3,1'000'007", *XY, line(1, 2, 3, offset=1000001)),
    "French with spaces": table("x;y\n1 000;2 001,0\n2 000;4 001,0\n3 000;6 001,0", *XY, line(1000, 2000, 3000)),
    "thin spaces": table("x\ty\n1000\t2\u2009001\n2000\t4\u2009001\n3000\t6\u2009001", *XY, line(1000, 2000, 3000)),
    "German": table("x;y\n1.000,5;2.002,0\n2.000,5;4.002,0\n3.000,5;6.002,0", *XY, line(1000.5, 2000.5, 3000.5)),
    "American": table('x,y\n"1,000","2,001"\n"2,000","4,001"\n"3,000","6,001"', *XY, line(1000, 2000, 3000)),
    "comma and point by column": table("a;b\n1,5;4.0\n2,5;6.0\n3,5;8.0", "a", "b", line(1.5, 2.5, 3.5)),
    "point by another column": table(
        "x;y\n1.125;0.5\n2.125;1.5\n3.125;2.5",
        *XY, [(1.125, 0.5), (2.125, 1.5), (3.125, 2.5)],
    ),
    "decimal commas between tabs": table("x\ty\n0,5\t2,0\n1,5\t4,0\n2,5\t6,0", *XY, line(0.5, 1.5, 2.5)),
    # exponents and signs
    "Fortran, small d": table("x,y\n1.0d0,3.0d0\n2.0d0,5.0d0\n3.0d+00,7.0d+00", *XY, line(1, 2, 3)),
    "Fortran, no letter": table(
        "1.0 0.1-100\n2.0 0.2-100\n3.0 0.3-100",
        *XY, [(1, 1e-101), (2, 2e-101), (3, 3e-101)],
    ),
    "times ten to the": table("x;y\n1;3×10^0\n2;0.5×10^1\n3;7*10^0", *XY, line(1, 2, 3)),
    "minus sign": table("x,y\n−2,−3\n−1,−1\n0,1", *XY, line(-2, -1, 0)),
    "en dash and decimal comma": table("x;y\n–2,5;–4\n–1,5;–2\n0,5;2", *XY, line(-2.5, -1.5, 0.5)),
    "hyphen of a typesetter": table("x\ty\n‐2\t‐3\n‑1\t‑1\n0\t1", *XY, line(-2, -1, 0)),
    "minus in Windows-1252": Wanted("x;y\n–2;–3\n–1;–1\n0;1".encode("cp1252"), *XY, line(-2, -1, 0)),
    # rows as variables
    "transposed, tabs": table("x\t1\t2\t3\t4\ny\t3\t5\t7\t9", *XY, line(1, 2, 3, 4)),
    "transposed, colons": table("x: 1 2 3 4 5\ny: 3 5 7 9 11", *XY, line(1, 2, 3, 4, 5)),
    "transposed, no names": table("1,2,3,4,5,6\n3,5,7,9,11,13", *XY, line(1, 2, 3, 4, 5, 6)),
    "transposed, three rows": table("t;0;1;2;3;4\na;1;3;5;7;9\nb;0;0;1;1;0", "t", "a", line(0, 1, 2, 3, 4)),
    "transposed, decimal commas": table("x;0,5;1,5;2,5;3,5\ny;2,0;4,0;6,0;8,0", *XY, line(0.5, 1.5, 2.5, 3.5)),
    # dates and times
    "dates": table("day,y\n2026-01-01,1\n2026-01-02,3\n2026-01-04,7", "day (d since 2026-01-01)", "y", line(0, 1, 3)),
    "German dates": table(
        "Tag;y\n31.01.2026;1\n01.02.2026;3\n02.02.2026;5",
        "Tag (d since 31.01.2026)", "y", line(0, 1, 2),
    ),
    "American dates": table(
        "day,y\n1/31/2026,1\n2/1/2026,3\n2/2/2026,5",
        "day (d since 1/31/2026)", "y", line(0, 1, 2),
    ),
    "times with a date": table(
        "t,y\n2026-01-01T10:00:00Z,1\n2026-01-01T10:00:01Z,3\n2026-01-01T10:00:02.5Z,6",
        "t (s since 2026-01-01T10:00:00Z)", "y", line(0, 1, 2.5),
    ),
    "hours and minutes": table("t y\n9:00 1\n9:01 121\n9:02 241", "t (s since 9:00)", "y", line(0, 60, 120)),
    "minutes and tenths": table("t;y\n0:59.9;1\n1:00.9;3\n1:02.4;6", "t (s since 0:59.9)", "y", line(0, 1, 2.5)),
    "past midnight": table("t,y\n23:59:58,1\n23:59:59,3\n00:00:00,5", "t (s since 23:59:58)", "y", line(0, 1, 2)),
    "afternoon": table(
        "t,y\n11:59:59 AM,1\n12:00:00 PM,3\n12:00:01 PM,5",
        "t (s since 11:59:59 AM)", "y", line(0, 1, 2),
    ),
    "named months": table(
        "t;y\n31 Jan 2026;1\n1 Feb 2026;3\n2 Feb 2026;5",
        "t (d since 31 Jan 2026)", "y", line(0, 1, 2),
    ),
    "microseconds": table(
        "t,y\n10:00:00.000001,1\n10:00:00.500001,2\n10:00:01.000001,3",
        "t (s since 10:00:00.000001)", "y", [(0, 1), (0.5, 2), (1, 3)],
    ),
    # codes, totals
    "code -9999": table("x,y\n1,3\n2,-9999\n3,7\n4,9\n5,-9999", *XY, line(1, 3, 4), 2),
    "code 999.9": table("x,y\n1,3\n2,999.9\n3,7\n4,9\n5,11", *XY, line(1, 3, 4, 5), 1),
    "nines that are data": table("x,y\n1,9\n2,99\n3,999\n4,9999", *XY, [(1, 9), (2, 99), (3, 999), (4, 9999)]),
    "totals in German": table("x;y\n1;3\n2;5\n3;7\nSumme;15", *XY, line(1, 2, 3), 1),
    "mean below": table("name,x,y\na,1,3\nb,2,5\nc,3,7\nMean,2,5\nStd,1,2", *XY, line(1, 2, 3), 2),
    "totals without a word": table("name,x,y\na,1,3\nb,2,5\nc,3,7\n,6,15", *XY, line(1, 2, 3), 1),
    "a note below": table("x,y\n1,3\n2,5\n3,7\n\nSource: our own measurements, May", *XY, line(1, 2, 3), 1),
    # units in cells
    "percent": table("dose;share\n1;3%\n2;5%\n3;7%", "dose", "share (%)", line(1, 2, 3)),
    "percent and a space": table("dose\tshare\n1\t3,0 %\n2\t5,0 %\n3\t7,0 %", "dose", "share (%)", line(1, 2, 3)),
    "dollars": table('size,price\n1,$3.00\n2,$5.00\n1000,"$2,001.00"', "size", "price ($)", line(1, 2, 1000)),
    "euros": table("m;Preis\n1;3,00 €\n2;5,00 €\n3;7,00 €", "m", "Preis (€)", line(1, 2, 3)),
    "francs before": table(
        "m;p\n1;CHF 3.00\n2;CHF 5.00\n3;CHF 1'007.00",
        "m", "p (CHF)", [(1, 3), (2, 5), (3, 1007)],
    ),
    "kilograms": table("n,mass\n1,3 kg\n2,5 kg\n3,7 kg", "n", "mass (kg)", line(1, 2, 3)),
    # encodings
    "UTF-16 without a mark": Wanted("x\ty\r\n1\t3\r\n2\t5\r\n3\t7".encode("utf-16-le"), *XY, line(1, 2, 3)),
    "UTF-16, the other order": Wanted("x;y\n1,5;4\n2,5;6\n3,5;8".encode("utf-16-be"), *XY, line(1.5, 2.5, 3.5)),
    # fixed positions
    "blank in the last column": table(
        "x      y      z\n1    3.0    1.0\n2    5.0\n3    7.0    2.0",
        *XY, line(1, 2, 3),
    ),
    "blank in the first column": table(
        "    x      y\n  1.0    3.0\n         9.0\n  2.0    5.0\n  3.0    7.0",
        *XY, line(1, 2, 3), 1,
    ),
    "names of two words": table(
        "wind speed   air temp   note\n         1          3     10\n"
        "         2                20\n         3          7     30",
        "wind speed", "air temp", line(1, 3), 1,
    ),
    "a short row that cannot be placed": table("a b c\n1 3 5\n2 4\n2 5 7\n3 7 7", "a", "b", line(1, 2, 3), 1),
    # several tables
    "three tables": table("A\nx,y\n1,3\n2,5\n\nB\nx,y\n1,0\n2,1\n\nC\nx,y\n5,5\n6,1", *XY, line(1, 2)),
    "two tables without a title": table("x;y\n1;3\n2;5\n3;7\n\na;b\n1;9\n2;0", *XY, line(1, 2, 3)),
    "names again": table("x,y\n1,3\n2,5\nx,y\n3,7\n4,9", *XY, line(1, 2, 3, 4), 1),
    "a blank line inside": table("x,y\n1,3\n2,5\n\n3,7\n4,9", *XY, line(1, 2, 3, 4)),
    "commas at the ends of rows": table("x,y\n1,3,\n2,5,\n3,7,", *XY, line(1, 2, 3)),
    "title with a comma over two columns": table(
        "Lab, group 4\nforce,stretch\n1,3\n2,5\n3,7",
        "force", "stretch", line(1, 2, 3),
    ),
    # groups of names
    "groups with the same names": table("A,,B,\nx,y,x,y\n1,3,0,0\n2,5,1,0\n3,7,0,1", "A x", "A y", line(1, 2, 3)),
    # which column is y
    "NIST": table(NIST, *XY, line(1, 2, 3, 4)),
    "y first": table("y,x\n3,1\n5,2\n7,3", *XY, line(1, 2, 3)),
    "y between": table("a,y,x\n0,3,1\n1,5,2\n0,7,3", *XY, line(1, 2, 3)),
    # comment headers
    "savetxt with spaces": table("# force stretch\n1.0 3.0\n2.0 5.0", "force", "stretch", line(1, 2)),
    "header after comments": table("# run 7\n# x;y\n1;3\n2;5", *XY, line(1, 2)),
    # JSON
    "records": table('[{"x": 1, "y": 3}, {"x": 2, "y": 5}, {"x": 3.0, "y": 7}]', *XY, line(1, 2, 3)),
    "records in lines": table('{"x": 1, "y": 3}\n{"x": 2, "y": 5}', *XY, line(1, 2)),
    "columns by name": table('{"x": [1, 2, 3], "y": [3, 5, 7]}', *XY, line(1, 2, 3)),
    "pairs": table("[[1, 3], [2, 5], [3, 7]]", *XY, line(1, 2, 3)),
}  # fmt: skip
