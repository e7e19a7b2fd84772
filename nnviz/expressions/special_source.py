r"""Hold the source code of the gamma, Bessel and Airy functions for exported formulas.

Bessel functions: the trapezoidal rule of Jₙ(x) = 1/π ∫₀^π cos(nt − x sin t) dt, which converges fast (Trefethen &
Weideman 2014, The exponentially convergent trapezoidal rule), and the asymptotic series for |x| > 50 (DLMF 10.17.3).
Airy function: the same rule for Ai(x) = 1/π ∫₀^∞ exp(−ηs² + η³/3 − xη) cos(s³/3 + (x − η²)s) ds with any η > 0
(DLMF 9.5.4, with the path moved by iη), and the asymptotic series for x < −8 (DLMF 9.7.9).
"""

from typing import Final

NUMPY_GAMMA: Final = """\
def gamma(x):
    def value(x):
        try:
            return math.gamma(x)
        except (OverflowError, ValueError):
            return math.inf if x > -math.inf else math.nan
    return np.vectorize(value, otypes=[float])(x)
"""

TORCH_GAMMA: Final = """\
def gamma(x):
    sign = torch.where((x < 0) & (x != torch.floor(x)), 1 - 2 * torch.remainder(torch.ceil(-x), 2), 1.0)
    return sign * torch.exp(torch.lgamma(x))
"""

PYTHON_GAMMA: Final = """\
def gamma(x):
    try:
        return math.gamma(x)
    except (OverflowError, ValueError):
        return math.inf if x > -math.inf else math.nan
"""

NUMPY_LOG_GAMMA: Final = """\
def log_gamma(x):
    return np.vectorize(lambda x: math.lgamma(x) if x > 0 else math.nan, otypes=[float])(x)
"""

TORCH_LOG_GAMMA: Final = """\
def log_gamma(x):
    return torch.where(x > 0, torch.lgamma(x), math.nan)
"""

PYTHON_LOG_GAMMA: Final = """\
def log_gamma(x):
    return math.lgamma(x) if x > 0 else math.nan
"""

BESSEL: Final = """\
def bessel_j{order}(x):
    t = [math.pi * (k + 0.5) / 64 for k in range(64)]
    near = sum({lib}.cos({order} * s - {lib}.clip(x, -50, 50) * math.sin(s)) for s in t) / 64
    far, u, sums = {lib}.clip({lib}.abs(x), 50, 1e30), 1.0, [0.0, 0.0]
    for k in range(12):
        sums[k % 2] = sums[k % 2] + (-1) ** (k // 2) * u
        u = u * ({square} - (2 * k + 1) ** 2) / (8 * (k + 1) * far)
    waves = {lib}.sin(far) + {lib}.cos(far), {lib}.sin(far) - {lib}.cos(far)
    wave = (waves[{order}] * sums[0] {sign} waves[1 - {order}] * sums[1]) / {lib}.sqrt(math.pi * far)
    return {lib}.where({lib}.abs(x) > 50, wave * {lib}.sign(x) ** {order}, near)
"""

PYTHON_BESSEL: Final = """\
def bessel_j{order}(x):
    if not abs(x) > 50:
        t = [math.pi * (k + 0.5) / 64 for k in range(64)]
        return math.fsum(math.cos({order} * s - x * math.sin(s)) for s in t) / 64
    far, u, sums = min(abs(x), 1e30), 1.0, [0.0, 0.0]
    for k in range(12):
        sums[k % 2] += (-1) ** (k // 2) * u
        u *= ({square} - (2 * k + 1) ** 2) / (8 * (k + 1) * far)
    waves = math.sin(far) + math.cos(far), math.sin(far) - math.cos(far)
    wave = (waves[{order}] * sums[0] {sign} waves[1 - {order}] * sums[1]) / math.sqrt(math.pi * far)
    return wave * math.copysign(1, x) ** {order}
"""

_AIRY: Final = """\
def airy_ai(x):
    top = {lib}.clip(x, -8.0, 400.0)
    eta = {lib}.sqrt({lib}.clip(top, 0.16, 400.0))
    total = 0.5 * {lib}.exp(eta**3 / 3 - top * eta)
    for k in range(1, 700):
        s = k / 50
        total = total + {lib}.exp(eta**3 / 3 - top * eta - eta * s**2) * {lib}.cos(s**3 / 3 + (top - eta**2) * s)
    low = {lib}.clip(-x, 8.0, None)
    zeta = 2 / 3 * {lib}.clip(low, 8.0, 1e20) * {lib}.sqrt({lib}.clip(low, 8.0, 1e20))
    u, sums = 1.0, [0.0, 0.0]
    for k in range(16):
        sums[k % 2] = sums[k % 2] + (-1) ** (k // 2) * u
        u = u * (6 * k + 1) * (6 * k + 5) / (72 * (k + 1) * zeta)
    sine, cosine = {lib}.sin(zeta), {lib}.cos(zeta)
    wave = (sine + cosine) * sums[0] + (sine - cosine) * sums[1]
    return {lib}.where(x < -8, wave / (math.sqrt(2 * math.pi) * low**0.25), total / (50 * math.pi))
"""

NUMPY_AIRY: Final = _AIRY.format(lib="np")
TORCH_AIRY: Final = _AIRY.format(lib="torch")
PYTHON_AIRY: Final = """\
def airy_ai(x):
    if x < -8:
        zeta, u, sums = 2 / 3 * min(-x, 1e20) * math.sqrt(min(-x, 1e20)), 1.0, [0.0, 0.0]
        for k in range(16):
            sums[k % 2] += (-1) ** (k // 2) * u
            u *= (6 * k + 1) * (6 * k + 5) / (72 * (k + 1) * zeta)
        sine, cosine = math.sin(zeta), math.cos(zeta)
        wave = (sine + cosine) * sums[0] + (sine - cosine) * sums[1]
        return wave / (math.sqrt(2 * math.pi) * (-x) ** 0.25)
    x = min(x, 400.0) if x == x else x
    eta = math.sqrt(max(x, 0.16))
    rest = eta**3 / 3 - x * eta
    terms = [math.exp(rest - eta * s * s) * math.cos(s**3 / 3 + (x - eta**2) * s) for s in (k / 50 for k in range(700))]
    return (math.fsum(terms) - terms[0] / 2) / (50 * math.pi)
"""
