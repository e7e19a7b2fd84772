"""``reach`` keeps its meaning for the sup norm, and hands the other norms on."""

import pytest

import nnviz as nv
from nnviz.approximation import NormCertificate, NormUnreachable, reach


def test_the_sup_norm_is_the_default() -> None:
    for found in (reach("sin(x)", (-3, 3), 0.1), reach("sin(x)", (-3, 3), 0.1, norm="sup")):
        assert isinstance(found.certificate, nv.Certificate)
        assert found.certificate.status == "proved"
    with pytest.raises(nv.Unreachable, match="jumps"):
        reach("step(x)", (-1, 1), 0.1)


def test_other_norms_have_their_own_certificate() -> None:
    rms = reach("step(x)", (-1, 1), 0.1, norm="rms")
    outside = reach("1/x", (-1, 1), 0.2, norm="outside", measure=0.1)
    for found, norm in ((rms, "rms"), (outside, "outside")):
        assert isinstance(found.certificate, NormCertificate)
        assert found.certificate.norm == norm
        assert found.certificate.status == "proved"
    with pytest.raises(NormUnreachable) as error:
        reach("1/x", (-1, 1), 0.2, norm="rms")
    assert isinstance(error.value, nv.Unreachable)


def test_the_arguments_of_a_norm_are_checked() -> None:
    with pytest.raises(ValueError, match="`norm` must be one of sup, rms, outside, got 'L2'"):
        reach("x", (0, 1), 0.1, norm="L2")
    with pytest.raises(ValueError, match="`measure` must be left out"):
        reach("x", (0, 1), 0.1, norm="rms", measure=0.1)
    with pytest.raises(ValueError, match="`measure` must be given"):
        reach("x", (0, 1), 0.1, norm="outside")
