"""The study that ships with the app is what its command computes: recomputed here for the narrow networks."""

import numpy as np
import pytest

from nnviz.approximation import StudySpec, study
from nnviz.approximation.default_study import F, K, default_study
from nnviz.networks import ACTIVATIONS


@pytest.mark.parametrize("activation", ["relu", "sine"])
def test_a_part_of_the_study_that_ships_is_computed_again(activation: str) -> None:
    """Training amplifies rounding, which differs between machines: medians agree to a tenth, the others closely."""
    kept = default_study(F, K, StudySpec(activation, seconds=30.0))
    assert kept is not None
    part = study(StudySpec(activation, (4, 8)), F, K)
    for shipped, again in zip(kept.curves, part.curves, strict=True):
        assert (shipped.name, shipped.floor) == (again.name, again.floor)
        np.testing.assert_equal(shipped.theory, again.theory)
        tolerance = 0.1 if again.name == "trained" else 1e-3
        np.testing.assert_allclose(shipped.median[:2], again.median, rtol=tolerance, atol=1e-12)
    assert kept.ranks[:2].tolist() == part.ranks.tolist()
    assert (kept.degree, kept.measured) == (part.degree, part.measured)


def test_every_activation_that_can_be_trained_is_there_and_no_other_question() -> None:
    for name, one in ACTIVATIONS.items():
        found = default_study(F, K, StudySpec(name))
        assert (found is not None) == one.trainable, name
        if found is not None:
            assert found.complete
            assert {"trained"} <= {curve.name for curve in found.curves}
            assert all(curve.sup.shape[0] == 6 for curve in found.curves)
    for f, interval, spec in (
        ("x", K, StudySpec("relu")), (F, (0.0, 1.0), StudySpec("relu")), (F, K, StudySpec("relu", seeds=0)),
        (F, K, StudySpec("relu", steps=10)),
    ):  # fmt: skip
        assert default_study(f, interval, spec) is None


def test_what_training_finds_is_worse_than_what_exists() -> None:
    """The claim of the chapter, on its first screen: at 128 ReLU units the trained networks miss by far."""
    found = default_study(F, K, StudySpec("relu"))
    assert found is not None
    errors = {curve.name: curve.median for curve in found.curves}
    assert (errors["trained"] > errors["optimal"]).all()
    assert errors["trained"][-1] > 10 * errors["constructed"][-1]
