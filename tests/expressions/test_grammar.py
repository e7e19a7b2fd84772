"""What can be typed, how it is read, and what is said when it cannot be."""

import pytest

from nnviz.expressions import ExpressionError, parse
from tests.cases import each

READINGS = {
    # precedence and associativity
    "-x^2": "-x^2",
    "2^-x": "2^(-x)",
    "2^3^x": "2^3^x",
    "(2^3)^x": "(2^3)^x",
    "8/4/2": "8/4/2",
    "8/(4/2)": "8/(4/2)",
    "1 - (2 - x)": "1 - (2 - x)",
    "1 - 2 - x": "1 - 2 - x",
    "x - -1": "x - (-1)",
    "+x": "x",
    "--x": "-(-x)",
    "x % 2 * 3": "mod(x, 2)*3",
    "x // 2": "floor(x/2)",
    "x**2": "x^2",
    # products without a sign
    "2x": "2*x",
    "2 x": "2*x",
    "1/2x": "1/2*x",
    "3x(x-1)": "3*x*(x - 1)",
    "(x+1)(x-1)": "(x + 1)*(x - 1)",
    "2[x+1]": "2*(x + 1)",
    "x sin(x)": "x*sin(x)",
    "xsin(x)": "x*sin(x)",
    "2pix": "2*pi*x",
    "2πx": "2*pi*x",
    "xe^x": "x*e^x",
    "x^2 sin(x)": "x^2*sin(x)",
    "2|x|": "2*abs(x)",
    "x√x": "x*sqrt(x)",
    "½x": "0.5*x",
    "1e3x": "1000*x",
    "2e": "2*e",
    # bars
    "|x|": "abs(x)",
    "||x| - 1|": "abs(abs(x) - 1)",
    "|x - |x||": "abs(x - abs(x))",
    "|x||x - 1|": "abs(x)*abs(x - 1)",
    "|x|^2": "abs(x)^2",
    "ln|x|": "log(abs(x))",
    "(|x|)|x|": "abs(x)*abs(x)",
    # functions without brackets, and with exponents
    "sin x": "sin(x)",
    "sinx": "sin(x)",
    "sin 2πx": "sin(2*pi*x)",
    "sin x cos x": "sin(x)*cos(x)",
    "sin x / cos x": "sin(x)/cos(x)",
    "sin cos x": "sin(cos(x))",
    "sin x + 1": "sin(x) + 1",
    "cos x^2": "cos(x^2)",
    "sin^2(x)": "sin(x)^2",
    "sin² x": "sin(x)^2",
    "sin(x)²": "sin(x)^2",
    "sin(x)(x+1)": "sin(x)*(x + 1)",
    "√x + 1": "sqrt(x) + 1",
    "√(x)^2": "sqrt(x)^2",
    "∛x": "cbrt(x)",
    "log_2(x)": "log2(x)",
    "x°": "x*(pi/180)",
    # other spellings
    "X": "x",
    "SIN(X)": "sin(x)",
    "x⁻¹": "x^(-1)",
    "x¹²": "x^12",
    "x − 1": "x - 1",
    "x×2÷3": "x*2/3",
    "x\u00a0+\u20091": "x + 1",
    "sin[x]": "sin(x)",
    "arcsin(x)": "asin(x)",
    "pow(x, 3)": "x^3",
    "square(x)": "x^2",
    "y = 2x": "2*x",
    "f(x) = 2x": "2*x",
    "y=x == 1": "x == 1",
    "u(x) = x": "x",
    "⌊x⌋ + ⌈x⌉": "floor(x) + ceil(x)",
    "2⌊x⌋": "2*floor(x)",
    "max(x, 0, 1)": "max(max(x, 0), 1)",
    # LaTeX
    r"\frac{1}{1+x^2}": "1/(1 + x^2)",
    r"\frac{1}{2}x": "1/2*x",
    r"x^{2}": "x^2",
    r"x^{2}^{x}": "x^2^x",
    r"\sqrt{x}": "sqrt(x)",
    r"\sin^{2}(x)": "sin(x)^2",
    r"\left|x\right| \cdot \lVert 2\rVert": "abs(x)*abs(2)",
    r"\sin\left(2\pi x\right)": "sin(2*pi*x)",
    r"e^{-x^{2}/2}": "e^(-x^2/2)",
    r"\operatorname{ReLU}(x)\exponentialE^{-x}": "relu(x)*e^(-x)",
    r"\left\lfloor x \right\rfloor": "floor(x)",
    r"\sqrt[3]{x}": "cbrt(x)",
    r"\log_{2}(x)": "log2(x)",
    r"\sigma(x)": "sigmoid(x)",
    r"x \bmod 2": "mod(x, 2)",
    # conditions and choices
    "x ≥ 0": "x >= 0",
    "0 < x < 2": "0 < x and x < 2",
    "(0 < x) < 2": "(0 < x) < 2",
    "0 < where(x < 1, x, 1) < 2": "0 < where(x < 1, x, 1) and where(x < 1, x, 1) < 2",
    "x < 0 or x > 1 and x < 2": "x < 0 or x > 1 and x < 2",
    "(x < 0 or x > 1) and x < 2": "(x < 0 or x > 1) and x < 2",
    "not x > 0": "not x > 0",
    "(x > 0) & (x < 1)": "x > 0 and x < 1",
    "x if x > 0 else 0": "where(x > 0, x, 0)",
    "1 if x > 1 else 2 if x > 0 else 3": "where(x > 1, 1, where(x > 0, 2, 3))",
    "x > 0 ? x : 0": "where(x > 0, x, 0)",
    "x > 1 ? 1 : x > 0 ? 2 : 3": "where(x > 1, 1, where(x > 0, 2, 3))",
    "if(x > 0, 1, 0)": "where(x > 0, 1, 0)",
    "piecewise(x < 0, 1, x < 1, 2, 3)": "where(x < 0, 1, where(x < 1, 2, 3))",
    # functions in pieces
    "{x<0: -x, x^2}": "where(x < 0, -x, x^2)",
    r"\left\{x<0:-x,x^{2}\right\}": "where(x < 0, -x, x^2)",
    r"\left\{x\le 0:1,x>0:2\right\}": "where(x <= 0, 1, restrict(2, x > 0))",
    r"1.7x\left\{x>0\right\}": "restrict(1.7*x, x > 0)",
    "{x = 0: 1, 2}": "where(x == 0, 1, 2)",
    r"2\left\{x<0:-1,1\right\}": "2*where(x < 0, -1, 1)",
    r"\begin{cases} x^2 & x<0 \\ x & x\ge 0 \end{cases}": "where(x < 0, x^2, restrict(x, x >= 0))",
    r"\begin{cases} -1, & \text{if } x<0 \\ 1, & \text{otherwise} \end{cases}": "where(x < 0, -1, 1)",
    r"\left\{\begin{array}{ll} x & x<0 \\ 2x & x\geq 0 \end{array}\right.": "where(x < 0, x, restrict(2*x, x >= 0))",
    "if x<0 then -1 else if x<1 then 0 else 1": "where(x < 0, -1, where(x < 1, 0, 1))",
    "if (x<0) or (x>2) then 1 else 0": "where(x < 0 or x > 2, 1, 0)",
    "if(x<0, -1, 1)": "where(x < 0, -1, 1)",
    "Piecewise((-1, x<0), (1, True))": "where(x < 0, -1, 1)",
    "Piecewise((x, x<0))": "restrict(x, x < 0)",
    "Piecewise[{{-x, x<0}, {x^2, x>=0}}]": "where(x < 0, -x, where(x >= 0, x^2, 0))",
    "np.piecewise(x, [x < 0, x >= 0], [lambda x: -x, 1])": "where(x >= 0, 1, where(x < 0, -x, 0))",
    "np.select([x<0, x<1], [-1, 0], default=1)": "where(x < 0, -1, where(x < 1, 0, 1))",
    "np.where(x<0, -1, 1)": "where(x < 0, -1, 1)",
    "piecewise(x<0, -x, x>=0, x)": "where(x < 0, -x, restrict(x, x >= 0))",
    # remainders, logarithms, steps
    "x mod 1": "mod(x, 1)",
    "x mod (x + 1)": "mod(x, x + 1)",
    "log(x, 2)": "log2(x)",
    "Log[3, x]": "log(x)/log(3)",
    "log_5(x)": "log(x)/log(5)",
    r"\log_2 x": "log2(x)",
    r"\log_{1/2}(x)": "log(x)/log(1/2)",
    "H(x) + u(x-1)": "step(x) + step(x - 1)",
    "xu(x)": "x*step(x)",
    "heaviside(x, 1)": "step(x)",
    "heaviside(x, 0.5)": "where(x == 0, 0.5, step(x))",
    # sums, products, higher functions
    "sum(k,1,5,sin(k x)/k)": "sum(k, 1, 5, sin(k*x)/k)",
    "sum(sin(kx)/k, k, 1, 5)": "sum(k, 1, 5, sin(k*x)/k)",
    "Sum[Sin[k x]/k, {k, 1, 5}]": "sum(k, 1, 5, sin(k*x)/k)",
    "sum(sin(k*x)/k for k in range(1, 6))": "sum(k, 1, 5, sin(k*x)/k)",
    r"\sum_{k=1}^{5} \frac{\sin(kx)}{k} + 1": "sum(k, 1, 5, sin(k*x)/k) + 1",
    r"\sum_{k=1}^{5} 2k x": "sum(k, 1, 5, 2*k*x)",
    r"\sum_{k=1}^5 2^k \cdot [x > k]": "sum(k, 1, 5, 2^k*(x > k))",
    "Σ_{k=-1}^{1} x^k": "sum(k, -1, 1, x^k)",
    r"\prod_{k=1}^{3}(x-k)": "prod(k, 1, 3, x - k)",
    "2x!": "2*factorial(x)",
    "x^2!": "x^factorial(2)",
    "x != 2": "x != 2",
    r"\Gamma(x)": "gamma(x)",
    "besselj(0, x) + J1(x)": "bessel_j0(x) + bessel_j1(x)",
    "BesselJ[0, x]": "bessel_j0(x)",
    "J_{0}(x)": "bessel_j0(x)",
    r"\operatorname{Ai}(x)": "airy_ai(x)",
}


@each("text", READINGS)
def test_a_formula_is_read_as(text: str) -> None:
    f = parse(text)
    assert f.text == READINGS[text]
    assert parse(f.text).root == f.root


# text -> (position, part of the message)
REFUSALS = {
    "": (0, "Write a formula, such as sin(2*pi*x)"),
    "   ": (0, "There is no formula yet"),
    "y =": (3, "There is no formula yet"),
    "sin(x": (3, "This ( is never closed. Write )"),
    "sin(x]": (3, "This ( is never closed"),
    "2*(x + 1": (2, "never closed"),
    "x)": (1, "never opened"),
    "|x": (0, "This | is never closed"),
    "x + ": (3, "ends too early"),
    "x*/2": (2, "A value is missing in front of /"),
    "()": (1, "A value is missing"),
    "sin()": (4, "nothing between the brackets"),
    "x(": (2, "ends too early"),
    "sine(y)": (5, "y is for surfaces"),
    "sni(x)": (0, "Did you mean sin?"),
    "2*sqr(x)": (2, "Write x^2"),
    "cosx + sinn(x)": (7, "Did you mean sin"),
    "y": (0, "one variable, x. The letter y is for surfaces. Write x instead"),
    "a*x": (0, "'a' has no value here. Write a number for it, or x"),
    "f(x)": (0, "Write its formula"),
    "sin": (0, "The function sin needs a value. Write sin(x)"),
    "sin*x": (0, "Write sin(x)"),
    "sin -x": (0, "Write sin(-…)"),
    "clip(x, 1)": (0, "clip takes 3 values, and here it has 2. Write clip(x, low, high)"),
    "max(x)": (0, "max takes 2 values"),
    "0,5*x": (1, "Write 0.5 with a point"),
    "sin(0,5*x)": (5, "Write 0.5 with a point"),
    "clip(x, 0,5, 1)": (9, "Write 0.5 with a point"),
    "x, x": (1, "Write max(0, x)"),
    "2 3": (2, "Write 2*3"),
    "x 2": (2, "Write x*2 or x^2"),
    "x2": (0, "Write 2*x or x^2"),
    "sin2x": (0, "Write sin(2x)"),
    "log2x": (0, "Write log2(x) or log(2x)"),
    "1.2.3": (3, "one decimal point"),
    "x.real": (1, "A dot can only stand inside a number"),
    "np.sin(x)": (0, "Write sin(x)"),
    "math.pi*x": (0, "Write pi"),
    "x = 3": (2, "This is an equation"),
    "a = 3": (0, "'a' has no value here"),
    "e = 3": (2, "This is an equation"),
    "f(y) = x": (0, "Write its formula"),
    "⌊x": (0, "This ⌊ is never closed. Write ⌋"),
    "x[0]": (1, "Write *(…) for a product"),
    "{x}": (0, "Braces can only stand after"),
    "1e999": (0, "too large"),
    "x" + "⁹" * 400: (1, "too large"),
    "nan": (0, "finite numbers"),
    "random()": (0, "cannot be random"),
    "x & 1": (2, "& joins two conditions. Write (x > 0) and (x < 1)"),
    "0 < (0 < x < 1) < 1": (2, "another chain inside"),
    "x if x > 0": (10, "needs an else"),
    "x > 0 ? 1": (9, "needs a colon"),
    "x < 0 : 1": (6, "A colon needs a question mark"),
    "lambda x: x": (0, "A formula is not a program"),
    "x\nx": (1, "A formula is one line"),
    "х + 1": (0, "only looks like x"),
    "coѕ(x)": (2, "only looks like s"),
    "ｘ": (0, "Write x in plain width"),
    "x\u2066": (1, "The sign is invisible"),
    "'x'": (0, "text in quotes"),
    # readable in two ways
    "sin x/2": (0, "Write sin(x)/… or sin(x/…)"),
    "sin x (x + 1)": (0, "Write sin(x)*… or sin(x*…)"),
    "√2x": (0, "Write sqrt(2)*… or sqrt(2*…)"),
    "√x^2": (0, "Write sqrt(x)^… or sqrt(x^…)"),
    "e^2x": (3, "Write e^(2*x) or e^2*x"),
    "sin^-1(x)": (0, "Write asin(x) or 1/sin(x)"),
    "|x|x|x|": (3, "not clear which bars belong together"),
    "exx": (0, "not known"),
    "ex": (0, "Did you mean exp?"),
}


@each("text", REFUSALS)
def test_a_refusal_says_what_where_and_what_instead(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    position, message = REFUSALS[text]
    assert message in str(error)
    assert error.position == position
    assert error.suggestion is None or error.suggestion in str(error)
    assert isinstance(error, ValueError)


FORMS = {
    "exp -x/2": ("exp(-x)/2", "exp(-x/2)"),
    "sin^{-1}(x)": ("asin(x)", "1/sin(x)"),
    "2sin^-1(x) + 1": ("2asin(x) + 1", "2(1/sin(x)) + 1"),
    "10^-3 x": ("10^(-3*x)", "10^(-3)*x"),
    "sin x/2": ("sin(x)/2", "sin(x/2)"),
    "√2x": ("sqrt(2)*x", "sqrt(2x)"),
    "np.sin(x) + np.pi": ("sin(x) + pi",),
    "sinn(x)": ("sin(x)",),
    "0,5*x": ("0.5*x",),
    "1e-4.5": ("10^-4.5",),
    "x + 1 mod 2": ("(x + 1) mod 2", "x + (1 mod 2)"),
    "sin(x": ("sin(x)",),
    "x2": ("2*x", "x^2"),
    "sum(k, 5, 1, x^k)": ("sum(k, 1, 5, x^k)",),
    "sum(k, 1, 1000000, x^k)": ("sum(k, 1, 20, x^k)",),
    r"\sum_{k=1}^{\infty} x^k": (r"\sum_{k=1}^{20} x^k",),
    "frac(x)": ("(x - floor(x))",),
    "x^2, x > 0": ("x^2 {x > 0}",),
    "х + 1": ("x + 1",),
    "t^2": ("x^2",),
    "x!! + 1": ("(x!)! + 1",),
    "bessely(0, x)": ("J0(x)", "J1(x)"),
    "a*x": (),
}


@each("text", FORMS)
def test_a_refusal_offers_formulas_that_can_be_read(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.forms == FORMS[text]
    for form in FORMS[text]:
        parse(form)


@each(
    ("text", "message"),
    [
        ("sum(k, 1, n, x^k)", "must be whole numbers"),
        ("sum(x, 1, 5, x)", "index of a sum must be a letter without another meaning, got x"),
        ("sum(k, 1, 1000, sum(j, 1, 1000, j x))", "At most 2000"),
        ("k + sum(k, 1, 3, x)", "'k' has no value here"),
        ("besselj(2, x)", "Only the Bessel functions J0 and J1"),
        ("H", "'H' has no value here"),
        ("if x then 1 else 2", "Behind if stands a condition"),
        ("x!!", "Two factorials"),
        ("sin(x = 1)", "This is an equation"),
    ],
)
def test_a_refusal_of_pieces_and_sums_says_why(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message.replace("(", r"\(")):
        parse(text)


def test_a_sum_is_computed_term_by_term_and_written_short() -> None:
    f = parse("sum(k, 1, 5, sin(k x)/k)")
    assert f(1.0) == pytest.approx(0.9621742221477498, rel=1e-15)
    assert f.latex() == r"\sum_{k=1}^{5} \frac{\sin(k x)}{k}"
    assert len(parse("sum(k, 1, 200, x^k/k!)").text) < 40
    assert parse("prod(k, 0, 2, x - k)")(4.0) == 24.0


def test_the_message_marks_the_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("1 + 2*sni(x)")
    assert str(caught.value) == "'sni' is not known here. Did you mean sin? Here: 1 + 2*▸sni(x)"


@each(
    ("text", "canonical"),
    [
        ("x y", "x*y"),
        ("xy", "x*y"),
        ("z = sin(x)cos(y)", "sin(x)*cos(y)"),
        ("f(x, y) = x^2 - y^2", "x^2 - y^2"),
        ("hypot(X, Y)", "hypot(x, y)"),
    ],
)
def test_two_variables(text: str, canonical: str) -> None:
    f = parse(text, ("x", "y"))
    assert f.text == canonical
    assert f.variables == ("x", "y")


def test_other_variables() -> None:
    assert parse("2t + e^t", ("t",)).text == "2*t + e^t"
    assert parse("w1^2 + w2", ("w1", "w2")).text == "w1^2 + w2"
    assert parse("2e", ("e",))(3.0) == 6.0
    with pytest.raises(ExpressionError, match="or t"):
        parse("x", ("t",))


@each("variables", [(), ("x", "x"), ("x", "X"), ("x", "y", "z"), ("velocity",), ("1",), ("",)])
def test_variables_of_another_form_are_refused(variables: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="`variables` must be"):
        parse("1", variables)


@each(
    ("longest", "longer", "message"),
    [
        ("+".join(["1000"] * 100) + " ", "+".join(["1000"] * 100) + "  ", "501 characters. At most 500"),
        ("-x" + "+x" * 99, "x" + "+x" * 100, "201 numbers, names and signs. At most 200"),
        ("(" * 40 + "x" + ")" * 40, "(" * 41 + "x" + ")" * 41, "more than 40 levels"),
        ("-(" * 20 + "x" + ")" * 20, "-(" * 20 + "-x" + ")" * 20, "more than 40 levels"),
        ("|" * 40 + "x" + "|" * 40, "|" * 41 + "x" + "|" * 41, "more than 40 levels"),
        ("x^" * 40 + "x", "x^" * 41 + "x", "more than 40 levels"),
        ("sin " * 40 + "x", "sin " * 41 + "x", "more than 40 levels"),
    ],
)
def test_limits(longest: str, longer: str, message: str) -> None:
    assert parse(longest).root == parse(parse(longest).text).root
    with pytest.raises(ExpressionError, match=message):
        parse(longer)


def test_the_canonical_text_obeys_the_limits_too() -> None:
    assert len(parse("x " * 100).text) == 199
    with pytest.raises(ExpressionError, match=r"Written out in full, .* The formula has 399"):
        parse("x " * 200)


def test_a_long_canonical_text_goes_without_blanks() -> None:
    assert parse("+".join(["1000"] * 99)).text == "+".join(["1000"] * 99)
    assert parse("where(x>0,1000000,0)" + "+1000000" * 50).text.startswith("where(x>0,1000000,0)+1000000")


def test_long_sums_are_no_problem_for_the_stack() -> None:
    f = parse("+".join(["x"] * 100))
    assert f(1.0) == 100
    assert f.gradient(1.0) == 100
    assert f.root == parse(f.text).root
    assert hash(f.root) == hash(parse(f.text).root)
    assert f.code("python").count("x") >= 100
