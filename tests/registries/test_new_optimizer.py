"""One record is enough: an optimizer that is added at run time is found everywhere."""

import numpy as np
import pytest
import torch

from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.race.code import race_code
from nnviz.networks import TrainingSpec, train
from nnviz.optimization import METHODS, DescentSpec, descend
from nnviz.optimization.convergence import LINEAR, predicted_factor
from nnviz.optimization.formula_surface import SurfaceSpec
from nnviz.optimization.optimizer import NoMemory
from nnviz.optimization.phases import one_update
from tests.apps import healthy, open_page
from tests.registries.records import pictures, run, words

torch.set_num_threads(1)


@pytest.mark.usefixtures("sign_descent")
def test_the_new_optimizer_takes_the_steps_of_torch() -> None:
    run = descend(DescentSpec("rosenbrock", "sign_descent", 0.01, (-1.2, 1.0), 50))
    p = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    for point in run.points:
        np.testing.assert_allclose(p.detach().numpy(), point, atol=1e-12)
        (gradient,) = torch.autograd.grad((1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2, p)
        p = (p - 0.01 * torch.sign(gradient)).detach().requires_grad_()


@pytest.mark.usefixtures("sign_descent")
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_code_of_the_new_optimizer_takes_the_same_steps(
    language: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    specs = [DescentSpec("himmelblau", name, 0.01, (-0.5, -0.5), 30) for name in ("sign_descent", "adam")]
    paths = run(race_code(SurfaceSpec("himmelblau"), specs, language))["paths"]
    capsys.readouterr()
    for spec in specs:
        np.testing.assert_allclose(paths[METHODS[spec.optimizer].label], descend(spec).points, atol=1e-9)


@pytest.mark.usefixtures("sign_descent")
def test_no_rate_is_known_of_the_new_optimizer_and_its_step_is_shown() -> None:
    assert "sign_descent" not in LINEAR
    assert predicted_factor("sign_descent", 0.1, np.eye(2), {}) is None
    gradient, step = one_update("sign_descent", np.array([3.0, -4.0]), NoMemory(), np.zeros(2), 0.1, {})
    assert [gradient.title, step.title] == ["Gradient", "Step"]
    np.testing.assert_allclose(step.numbers["move"], [-0.1, 0.1])


@pytest.mark.usefixtures("sign_descent")
def test_the_new_optimizer_is_in_menu_link_picture_and_training() -> None:
    app = healthy(open_page("gradient_descent", gd_optimizers=["sign_descent", "adam"]))
    assert "Sign descent" in app.button_group(key="gd_optimizers").options
    assert any('"Sign descent"' in spec for spec in pictures(app))
    assert "| Sign descent, η" in words(app).replace("\u00a0", " ")
    x = np.linspace(-1, 1, 40)
    found = train(TrainingSpec(4, "tanh", "sign_descent", learning_rate=0.01, steps=300), x, x**2)
    assert found.losses[-1] < 0.5 * found.losses[0]
