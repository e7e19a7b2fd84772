"""The files that a chapter offers: the data of each picture once they are asked for, and films that others can read."""

import csv
import io
import json
import subprocess
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nnviz.charts import Picture
from nnviz.charts.contour_image import grid_columns
from nnviz.web import downloads
from tests.apps import healthy, open_page
from tests.web.test_scripts import HERE, NODE

FILM = """
import { frequentColors, writeGif } from "%s/gif.js"
const { width, height, frames } = %s
const pictures = frames.map((frame) => Uint8ClampedArray.from(frame))
const file = writeGif(width, height, frequentColors(pictures))
for (const picture of pictures) file.add(picture, 7)
process.stdout.write(Buffer.from(file.end()))
"""


def test_pillow_reads_the_frames_of_a_film(rng: np.random.Generator) -> None:
    colors = rng.integers(0, 32, (40, 3)) * 8
    frames = [colors[rng.integers(0, 40, (90, 130))]]  # noise: its codes grow to 12 bits, and begin again
    for left in (5, 60):
        frame = frames[-1].copy()
        frame[20:50, left : left + 30] = colors[left % 40]
        frames.append(frame)
    given = [np.dstack([frame, np.full(frame.shape[:2], 255)]).ravel().tolist() for frame in frames]
    script = FILM % (HERE.as_uri(), json.dumps({"width": 130, "height": 90, "frames": given}))
    made = subprocess.run(
        [NODE, "--input-type=module"], input=script.encode(), capture_output=True, check=True
    )
    film = Image.open(io.BytesIO(made.stdout))
    assert (film.size, getattr(film, "n_frames", 1), film.info["loop"]) == ((130, 90), 3, 0)
    for number, frame in enumerate(frames):
        film.seek(number)
        assert film.info["duration"] == 70
        np.testing.assert_array_equal(np.asarray(film.convert("RGB")), frame)


def test_the_data_of_a_picture_are_written_once_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(downloads, "_FILE", lambda *, key, data: sent.append({"component": key, **data}))
    app = healthy(open_page("linear_regression"))
    assert not sent
    app.session_state["__data_wanted"] = "lr_fit"
    healthy(app.run())
    written = sent[-1]
    assert (written["key"], written["number"]) == ("lr_fit", 1)
    head, *rows = csv.reader(io.StringIO(written["text"]))
    assert head[:2] == ["x", "y"]
    assert len(rows) == 40
    healthy(app.run())
    assert [(one["number"], one["text"]) for one in sent[1:]] == [(1, "")]
    assert not any(name in app.session_state for name in ("__data_wanted", "__data_written"))


def test_a_text_that_a_spreadsheet_would_run_is_defused() -> None:
    picture = Picture(
        {}, {"a": {"name": ["=1+1", "@x", "+1", "-x", "plain"], "y": [-1.0, 2.0, 3.0, 4.0, 5.0]}}, "w"
    )
    rows = list(csv.reader(io.StringIO(picture.csv())))
    assert rows[1:] == [["'=1+1", "-1.0"], ["'@x", "2.0"], ["'+1", "3.0"], ["'-x", "4.0"], ["plain", "5.0"]]


def test_a_map_gives_its_numbers_once_they_are_asked_for() -> None:
    values = np.arange(6.0).reshape(2, 3)
    picture = Picture(
        {}, {"ground": {"image": ["data:"]}}, "w", asked=lambda: grid_columns(values, ((0, 2), (5, 6)))
    )
    assert picture.columns() == {
        "x": [0.0, 1.0, 2.0, 0.0, 1.0, 2.0],
        "y": [5.0, 5.0, 5.0, 6.0, 6.0, 6.0],
        "value": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
    }
