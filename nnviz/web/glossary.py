r"""The glossary: every term of the field that the lessons use, defined once.

A text marks a term as ``[[learning rate]]``, or as ``[[learning rate|learning rates]]`` to show another form.
``expand`` turns the first mark of each term into a link to the glossary page. Its tooltip is the definition, which
static/glossary_terms.js shows on the page when the link is clicked.
Formulas in definitions are LaTeX between dollar signs; ``plain`` writes them in Unicode.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

CHAPTERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "linear_regression": ("by_hand", "step_size", "more_inputs", "polynomials"),
        "gradient_descent": ("race", "one_update", "in_3d", "network_loss"),
        "loss_functions": ("errors", "classes", "boundaries", "noise"),
        "universal_approximation": (
            "one_unit",
            "bumps",
            "by_hand",
            "any_epsilon",
            "train",
            "exists_and_found",
            "limits",
            "two_inputs",
        ),
        "inside_the_network": ("passes", "symmetries", "folding", "width_or_depth"),
    }
)
"""The chapters of each page, in order, by the keys that links use."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A term of the field.

    name: as written inside a sentence. definition: one to three sentences, Markdown with $formulas$.
    lessons: pairs (page, chapter) of CHAPTERS that teach the term. see: names of related terms.
    forms: other written forms that ``find`` accepts, such as the plural and synonyms from books.
    """

    name: str
    definition: str
    lessons: tuple[tuple[str, str], ...]
    see: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()

    @cached_property
    def slug(self) -> str:
        """The key of the term in TERMS and in links: lower case, digits and hyphens."""
        return _slug(self.name)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("²", "2").replace("'", "")).strip("-")


_LR, _GD, _LF = "linear_regression", "gradient_descent", "loss_functions"
_UA, _IN = "universal_approximation", "inside_the_network"

_ALL = (
    Term(
        name="accuracy",
        definition="The fraction of points whose predicted class is the true class. "
        "Accuracy changes in jumps, so gradient descent minimizes a smooth loss instead.",
        lessons=((_LF, "boundaries"),),
        see=("cross-entropy", "calibration", "decision boundary"),
    ),
    Term(
        name="activation function",
        definition=r"The function $\varphi$ that a hidden unit applies to its affine input $w x + b$. "
        "If every activation function is affine, a network of any depth computes only an affine function.",
        lessons=((_UA, "one_unit"), (_UA, "limits"), (_IN, "passes")),
        see=("ReLU", "sigmoid", "tanh", "hidden unit"),
        forms=("activation functions", "activation", "activations", "nonlinearity", "transfer function"),
    ),
    Term(
        name="affine function",
        definition=r"A linear function plus a constant, $f(x) = w \cdot x + b$. "
        "Its graph is a line for one input and a plane for two inputs.",
        lessons=((_LR, "by_hand"), (_LR, "more_inputs"), (_UA, "one_unit")),
        see=("weight", "bias", "piecewise linear"),
        forms=("affine functions", "affine", "affine map"),
    ),
    Term(
        name="approximation error",
        definition="The size of the difference between a target function $f$ and a network $N$ on a set $K$. "
        r"It is a norm of $f - N$, such as the sup norm or the root mean square.",
        lessons=((_UA, "bumps"), (_UA, "any_epsilon"), (_UA, "exists_and_found")),
        see=("sup norm", "root mean square error", "epsilon"),
        forms=("approximation errors",),
    ),
    Term(
        name="backpropagation",
        definition="An algorithm that computes the gradient of the loss of a network. "
        "It applies the chain rule layer by layer, from the output back to the input, and reuses shared results.",
        lessons=((_IN, "passes"),),
        see=("chain rule", "gradient"),
        forms=("backward pass", "backprop", "back-propagation"),
    ),
    Term(
        name="batch",
        definition="The points that one update uses to compute the gradient. "
        "A full batch is the whole training set.",
        lessons=((_LR, "by_hand"), (_GD, "race")),
        see=("batch size", "mini-batch", "epoch"),
        forms=("batches", "full batch"),
    ),
    Term(
        name="batch size",
        definition="The number of points in a batch. "
        "A larger batch usually gives a gradient with less noise, and each update takes more computation.",
        lessons=((_LR, "by_hand"), (_GD, "race")),
        see=("batch", "stochastic gradient descent"),
        forms=("batch sizes",),
    ),
    Term(
        name="bias",
        definition="The constant $b$ that a unit adds to the weighted sum of its inputs, as in $w x + b$. "
        "In statistics, the bias of an estimator is its mean minus the true value.",
        lessons=((_LR, "by_hand"), (_UA, "one_unit")),
        see=("weight", "parameter", "affine function", "estimator"),
        forms=("biases", "intercept", "intercepts"),
    ),
    Term(
        name="calibration",
        definition="A classifier is calibrated if its probabilities match frequencies. "
        "Of all points with predicted probability $p$, a fraction $p$ then belongs to the class. "
        "The expected calibration error (ECE) is the mean absolute difference, over groups of points.",
        lessons=((_LF, "boundaries"),),
        see=("probability", "accuracy", "cross-entropy"),
        forms=("calibrated", "calibration error", "expected calibration error", "ECE"),
    ),
    Term(
        name="certificate",
        definition="The data of a proof that a program can check again. "
        r"Here, the proof covers the claim $|f(x) - g(x)| < \varepsilon$ for every $x$ in $K$.",
        lessons=((_UA, "any_epsilon"), (_UA, "exists_and_found"), (_UA, "two_inputs")),
        see=("enclosure", "epsilon", "sup norm"),
        forms=("certificates",),
    ),
    Term(
        name="chain rule",
        definition="The rule for the derivative of a composition. "
        r"For $h(x) = f(g(x))$, the derivative is $h'(x) = f'(g(x)) \cdot g'(x)$.",
        lessons=((_IN, "passes"),),
        see=("derivative", "backpropagation"),
    ),
    Term(
        name="closed form",
        definition="A formula that gives the exact solution with finitely many standard operations. "
        "Least squares has a closed form, while network training in general has none.",
        lessons=((_LR, "by_hand"), (_LR, "more_inputs"), (_UA, "bumps")),
        see=("normal equation", "least squares", "gradient descent"),
        forms=("closed-form", "closed-form solution", "closed forms"),
    ),
    Term(
        name="compact",
        definition=r"A set of points in $\mathbb{R}^d$ is compact if it is closed and bounded. "
        "The interval $[a, b]$ is compact, and the whole real line is not.",
        lessons=((_UA, "limits"), (_UA, "two_inputs")),
        see=("continuous", "universal approximation theorem"),
        forms=("compact set", "compact sets"),
    ),
    Term(
        name="condition number",
        definition="The ratio of the largest to the smallest eigenvalue of a symmetric positive definite matrix, "
        r"$\kappa = \lambda_{\text{max}} / \lambda_{\text{min}}$. "
        r"For other matrices, singular values replace eigenvalues. "
        r"If the Hessian has a large $\kappa$, gradient descent needs many updates.",
        lessons=((_LR, "step_size"), (_LR, "polynomials")),
        see=("eigenvalue", "Hessian", "standardize"),
        forms=("condition numbers", "conditioning"),
    ),
    Term(
        name="continuous",
        definition=r"A function $f$ is continuous at $x$ if $f(x_n) \to f(x)$ whenever $x_n \to x$ in its domain. "
        "The graph of a continuous function on an interval has no jump.",
        lessons=((_UA, "bumps"), (_UA, "limits")),
        see=("modulus of continuity", "compact"),
        forms=("continuity", "continuous function", "continuous functions"),
    ),
    Term(
        name="contour",
        definition="A curve on which a function of two variables has one constant value. "
        "Where the gradient is not zero, it is perpendicular to the contour.",
        lessons=((_LR, "by_hand"), (_GD, "race"), (_GD, "in_3d")),
        see=("loss surface", "gradient"),
        forms=("contours", "contour line", "contour lines", "level curve", "level curves"),
    ),
    Term(
        name="convergence",
        definition="A sequence converges to a limit if its distance to the limit tends to 0. "
        "For a run, the app tests a stated criterion, because it sees only finitely many updates.",
        lessons=((_LR, "step_size"), (_GD, "race")),
        see=("diverge", "learning rate", "minimum"),
        forms=("converge", "converges", "converged"),
    ),
    Term(
        name="convex",
        definition="A function is convex if the segment between any two points of its graph is never below the graph. "
        "Every local minimum of a convex function is a global minimum.",
        lessons=((_LR, "step_size"), (_LF, "errors")),
        see=("minimum", "curvature", "Hessian"),
        forms=("convexity", "convex function", "convex functions"),
    ),
    Term(
        name="cross-entropy",
        definition="The number $H(p, q) = -\\sum_k p_k \\log q_k$ for true probabilities $p$ and predictions $q$. "
        "As a loss, it is the negative logarithm of the predicted probability of the true class.",
        lessons=((_LF, "classes"), (_LF, "boundaries")),
        see=("entropy", "KL divergence", "softmax", "likelihood"),
        forms=("cross entropy", "cross-entropy loss", "log loss"),
    ),
    Term(
        name="curvature",
        definition="Here, the second derivative of a function along a direction. "
        r"Along a unit vector $v$ it is $v^\top H v$, where $H$ is the Hessian.",
        lessons=((_LR, "step_size"), (_GD, "one_update"), (_GD, "in_3d")),
        see=("Hessian", "eigenvalue", "convex"),
        forms=("curvatures", "second derivative"),
    ),
    Term(
        name="decision boundary",
        definition="The set of inputs where the predicted class changes. "
        r"With two classes, it usually is the set where the predicted probability is $\tfrac12$.",
        lessons=((_LF, "boundaries"), (_IN, "width_or_depth")),
        see=("accuracy", "logit", "sigmoid"),
        forms=("decision boundaries",),
    ),
    Term(
        name="depth",
        definition="The number of hidden layers of a network. Some books also count the output layer.",
        lessons=((_IN, "folding"), (_IN, "width_or_depth")),
        see=("width", "hidden layer"),
        forms=("deep network", "deep networks", "deep"),
    ),
    Term(
        name="derivative",
        definition="The rate at which a function changes, "
        r"$f'(x) = \lim_{h \to 0} (f(x + h) - f(x)) / h$. "
        "A function of several variables has a partial derivative for each variable.",
        lessons=((_LF, "errors"), (_IN, "passes")),
        see=("gradient", "chain rule", "curvature"),
        forms=("derivatives", "partial derivative", "partial derivatives"),
    ),
    Term(
        name="diverge",
        definition="A sequence diverges if it has no limit. "
        "In this app, a run diverges if its loss or its parameters grow without bound. "
        "The usual reason is a learning rate that is too large.",
        lessons=((_LR, "step_size"), (_GD, "race")),
        see=("convergence", "learning rate"),
        forms=("diverges", "diverged", "divergence", "diverging"),
    ),
    Term(
        name="efficiency",
        definition="The variance of the best unbiased estimator divided by the variance of the estimator in question. "
        "With efficiency 0.5, an estimator needs about twice as many points for the same precision.",
        lessons=((_LF, "noise"),),
        see=("estimator", "likelihood", "noise"),
        forms=("efficient", "relative efficiency"),
    ),
    Term(
        name="eigenvalue",
        definition=r"A number $\lambda$ with $A v = \lambda v$ for a vector $v \ne 0$, called an eigenvector. "
        "The eigenvalues of the Hessian are the curvatures along its eigenvectors.",
        lessons=((_LR, "step_size"), (_GD, "in_3d")),
        see=("Hessian", "condition number", "curvature"),
        forms=("eigenvalues", "eigenvector", "eigenvectors"),
    ),
    Term(
        name="enclosure",
        definition="An interval that contains every value of a function on a given set. "
        "Interval arithmetic computes it and rounds outwards, so that rounding errors are covered too.",
        lessons=((_UA, "any_epsilon"), (_UA, "exists_and_found")),
        see=("certificate", "sup norm"),
        forms=("enclosures", "interval enclosure", "interval enclosures", "interval arithmetic"),
    ),
    Term(
        name="entropy",
        definition="The number $H(p) = -\\sum_k p_k \\log p_k$, which measures how uncertain an outcome is. "
        "No prediction has a smaller cross-entropy for outcomes with probabilities $p$.",
        lessons=((_LF, "classes"), (_LF, "noise")),
        see=("cross-entropy", "KL divergence", "probability"),
    ),
    Term(
        name="epoch",
        definition="One pass through the whole training set. "
        "With $n$ points and batch size $B$, an epoch has $n / B$ updates, rounded up.",
        lessons=((_GD, "race"), (_UA, "train")),
        see=("batch", "shuffle", "stochastic gradient descent"),
        forms=("epochs",),
    ),
    Term(
        name="epsilon",
        definition=r"The tolerance $\varepsilon > 0$ that you choose. "
        r"An approximation $g$ reaches it if $|f(x) - g(x)| < \varepsilon$ for every $x$ in $K$.",
        lessons=((_UA, "any_epsilon"), (_UA, "bumps")),
        see=("sup norm", "approximation error", "universal approximation theorem"),
        forms=("tolerance",),
    ),
    Term(
        name="estimator",
        definition="A rule that computes an estimate of an unknown number from data. "
        "The mean and the median of a sample are two estimators of the center of a symmetric distribution.",
        lessons=((_LF, "errors"), (_LF, "noise")),
        see=("efficiency", "sample", "bias"),
        forms=("estimators", "estimate", "estimates"),
    ),
    Term(
        name="feature",
        definition="A number that is computed from the inputs and given to a model. "
        "A polynomial of degree 3 in $x$ is a linear model with the features $1, x, x^2, x^3$.",
        lessons=((_LR, "more_inputs"), (_LR, "polynomials")),
        see=("linear model", "polynomial", "standardize"),
        forms=("features",),
    ),
    Term(
        name="gradient",
        definition="The vector of all partial derivatives, written $\\nabla L$. "
        "Where it is not zero, it points in the direction of steepest increase.",
        lessons=((_GD, "race"), (_GD, "one_update"), (_LR, "by_hand")),
        see=("derivative", "gradient descent", "backpropagation"),
        forms=("gradients", "slope of the loss"),
    ),
    Term(
        name="gradient descent",
        definition=r"An algorithm that repeats the update $\theta \leftarrow \theta - \eta \nabla L(\theta)$. "
        r"The learning rate $\eta$ scales the step against the gradient.",
        lessons=((_LR, "by_hand"), (_GD, "race"), (_GD, "one_update")),
        see=("gradient", "learning rate", "optimizer", "stochastic gradient descent"),
        forms=("steepest descent",),
    ),
    Term(
        name="Hessian",
        definition="The square matrix $H$ of all second partial derivatives. "
        "It is symmetric if these derivatives are continuous. For a quadratic loss it is constant.",
        lessons=((_LR, "step_size"), (_GD, "one_update"), (_GD, "in_3d")),
        see=("curvature", "eigenvalue", "Newton's method"),
        forms=("Hessians", "Hessian matrix"),
    ),
    Term(
        name="hidden layer",
        definition="A layer of units between the input and the output of a network. "
        "Its values are neither inputs nor outputs, so they are called hidden.",
        lessons=((_UA, "one_unit"), (_IN, "passes"), (_IN, "folding")),
        see=("hidden unit", "width", "depth"),
        forms=("hidden layers", "layer", "layers"),
    ),
    Term(
        name="hidden unit",
        definition=r"A unit of a hidden layer. It computes $\varphi(w \cdot x + b)$ "
        "with its own weights $w$, its own bias $b$ and the activation function.",
        lessons=((_UA, "one_unit"), (_IN, "passes")),
        see=("neuron", "activation function", "hidden layer"),
        forms=("hidden units", "unit", "units"),
    ),
    Term(
        name="hinge loss",
        definition=r"The loss $\max(0, 1 - y z)$ for a label $y = \pm 1$ and a score $z$. "
        "It is 0 if the point is on the correct side with a margin of at least 1.",
        lessons=((_LF, "classes"), (_LF, "boundaries")),
        see=("cross-entropy", "loss function", "decision boundary"),
        forms=("hinge",),
    ),
    Term(
        name="Huber loss",
        definition=r"The loss $\tfrac12 r^2$ for $|r| \le \delta$, and $\delta (|r| - \tfrac12 \delta)$ otherwise, "
        "where $r$ is the residual. It grows linearly for large residuals, so an outlier has limited influence.",
        lessons=((_LF, "errors"),),
        see=("residual", "outlier", "mean squared error"),
        forms=("Huber",),
    ),
    Term(
        name="KL divergence",
        definition=r"The number $KL(p \,\|\, q) = \sum_k p_k \log(p_k / q_k)$, which is cross-entropy minus entropy. "
        "It is never negative, and it is 0 only if $p = q$.",
        lessons=((_LF, "classes"), (_LF, "noise")),
        see=("cross-entropy", "entropy"),
        forms=("Kullback-Leibler divergence", "relative entropy"),
    ),
    Term(
        name="knot",
        definition="A point where a piecewise linear function changes its slope. "
        r"A ReLU unit $\max(0, w x + b)$ with $w \ne 0$ has its knot at $x = -b / w$.",
        lessons=((_UA, "one_unit"), (_UA, "bumps"), (_IN, "folding")),
        see=("piecewise linear", "ReLU"),
        forms=("knots", "breakpoint", "breakpoints"),
    ),
    Term(
        name="learning rate",
        definition=r"The positive number $\eta$ that multiplies the gradient in an update. "
        "If it is too small, training is slow. If it is too large, training can diverge.",
        lessons=((_LR, "step_size"), (_GD, "race")),
        see=("gradient descent", "diverge", "condition number"),
        forms=("learning rates", "step size", "step sizes"),
    ),
    Term(
        name="least squares",
        definition="The method that chooses the parameters with the smallest sum of squared residuals. "
        "For a linear model, the solution satisfies the normal equation.",
        lessons=((_LR, "by_hand"), (_LR, "polynomials"), (_UA, "bumps")),
        see=("residual", "normal equation", "mean squared error"),
        forms=("least-squares", "method of least squares", "ordinary least squares"),
    ),
    Term(
        name="likelihood",
        definition="The probability, or the probability density, of the data as a function of the parameters. "
        "Maximum likelihood chooses parameters for which this number is largest.",
        lessons=((_LF, "noise"),),
        see=("noise", "loss function", "cross-entropy"),
        forms=("likelihoods", "maximum likelihood", "log-likelihood"),
    ),
    Term(
        name="linear model",
        definition=r"A model $\hat y = \theta_1 f_1(x) + \dots + \theta_p f_p(x)$ that is linear in its parameters. "
        "A polynomial is a linear model, although it is not linear in $x$.",
        lessons=((_LR, "more_inputs"), (_LR, "polynomials")),
        see=("feature", "least squares", "polynomial"),
        forms=("linear models",),
    ),
    Term(
        name="logit",
        definition=r"The logit of a probability $p$ is $\log(p / (1 - p))$, the inverse of the sigmoid. "
        "The logits of a classifier are the scores that softmax or the sigmoid turns into probabilities.",
        lessons=((_LF, "classes"),),
        see=("softmax", "sigmoid", "probability"),
        forms=("logits", "log-odds"),
    ),
    Term(
        name="loss function",
        definition="A function that says how much an error costs. "
        "Training minimizes its mean over the training set.",
        lessons=((_LF, "errors"), (_LF, "classes"), (_LR, "by_hand")),
        see=("mean squared error", "cross-entropy", "loss surface"),
        forms=("loss functions", "loss", "losses", "cost function", "objective function"),
    ),
    Term(
        name="loss surface",
        definition="The graph of the loss as a function of the parameters. "
        "A picture can show two directions, while a network has many parameters.",
        lessons=((_LR, "by_hand"), (_GD, "in_3d"), (_GD, "network_loss")),
        see=("contour", "minimum", "saddle point"),
        forms=("loss surfaces", "loss landscape", "loss landscapes"),
    ),
    Term(
        name="lower bound",
        definition="A number that is proved to be no larger than the quantity in question. "
        "Here, it bounds a number of units. "
        r"No ReLU network with one hidden layer within $\varepsilon$ has fewer units.",
        lessons=((_UA, "any_epsilon"), (_UA, "exists_and_found")),
        see=("certificate", "approximation error", "width"),
        forms=("lower bounds",),
    ),
    Term(
        name="mean squared error",
        definition=r"The mean of the squared residuals, $\frac{1}{n} \sum_i (\hat y_i - y_i)^2$. "
        "In this app it has the factor $1/n$ and no factor ½.",
        lessons=((_LR, "by_hand"), (_LF, "errors")),
        see=("residual", "root mean square error", "least squares"),
        forms=("MSE", "squared loss", "squared error", "mean square error"),
    ),
    Term(
        name="measurable",
        definition="A function $f$ is measurable if, for every number $c$, the set where $f(x) > c$ has a length. "
        "Every function that a formula defines here is measurable, with its jumps, poles and oscillations.",
        lessons=((_UA, "any_epsilon"), (_UA, "limits")),
        see=("continuous", "sup norm", "universal approximation theorem"),
        forms=("measurable function", "measurable functions"),
    ),
    Term(
        name="mini-batch",
        definition="A batch that is smaller than the training set. "
        "If it is chosen at random, its gradient is a noisy estimate of the full gradient.",
        lessons=((_LR, "by_hand"), (_GD, "race")),
        see=("batch", "stochastic gradient descent", "shuffle"),
        forms=("mini-batches", "minibatch", "minibatches"),
    ),
    Term(
        name="minimum",
        definition="The global minimum is the smallest value of a function. "
        "A local minimum is the smallest value in a neighborhood of a point. "
        "The point where a minimum is taken is called a minimizer.",
        lessons=((_GD, "race"), (_GD, "in_3d"), (_LR, "by_hand")),
        see=("saddle point", "convex", "convergence"),
        forms=(
            "minima",
            "global minimum",
            "global minima",
            "local minimum",
            "local minima",
            "minimizer",
            "minimizers",
        ),
    ),
    Term(
        name="modulus of continuity",
        definition=r"The function $\omega(\delta) = \sup \{|f(x) - f(y)| : |x - y| \le \delta\}$. "
        r"For a continuous $f$ on a compact set, it is the largest change of $f$ over a distance of at most $\delta$.",
        lessons=((_UA, "bumps"), (_UA, "any_epsilon")),
        see=("continuous", "step function"),
    ),
    Term(
        name="momentum",
        definition="An optimizer that moves along a decaying sum of past gradients. "
        r"The update is $v \leftarrow \mu v + \nabla L(\theta)$, and then $\theta \leftarrow \theta - \eta v$.",
        lessons=((_GD, "race"), (_GD, "one_update")),
        see=("optimizer", "gradient descent"),
        forms=("heavy ball",),
    ),
    Term(
        name="network",
        definition="A function that is built from layers of units. "
        r"With one hidden layer of $n$ units it is $N(x) = c + \sum_{j=1}^{n} v_j \varphi(w_j \cdot x + b_j)$.",
        lessons=((_UA, "one_unit"), (_UA, "train"), (_IN, "passes")),
        see=("hidden layer", "weight", "activation function"),
        forms=("networks", "neural network", "neural networks"),
    ),
    Term(
        name="neuron",
        definition="Another name for a unit of a network. "
        "It forms a weighted sum of its inputs, adds a bias, and applies the activation function.",
        lessons=((_UA, "one_unit"), (_IN, "passes")),
        see=("hidden unit", "network"),
        forms=("neurons",),
    ),
    Term(
        name="Newton's method",
        definition=r"An algorithm with the update $\theta \leftarrow \theta - H^{-1} \nabla L(\theta)$. "
        "It finds the minimum of a convex quadratic loss in one update if $H$ is invertible. "
        "Elsewhere it can move to a saddle point.",
        lessons=((_GD, "race"), (_GD, "one_update")),
        see=("Hessian", "optimizer", "saddle point"),
        forms=("Newton", "Newton’s method", "Newton step", "Newton steps"),
    ),
    Term(
        name="noise",
        definition="The random part of the data, which the inputs do not determine. "
        "The gradient of a mini-batch also has noise, because the batch is a random sample.",
        lessons=((_LF, "noise"), (_LF, "errors"), (_GD, "race")),
        see=("likelihood", "outlier", "stochastic gradient descent"),
        forms=("noisy",),
    ),
    Term(
        name="normal equation",
        definition=r"The linear system $X^\top X \theta = X^\top y$. "
        "Its solutions are exactly the parameters with the smallest sum of squared residuals.",
        lessons=((_LR, "more_inputs"), (_LR, "by_hand")),
        see=("least squares", "closed form", "rank"),
        forms=("normal equations",),
    ),
    Term(
        name="optimizer",
        definition="A rule that computes the next parameters from the gradient and from what it has stored. "
        "Examples are gradient descent, momentum and Adam.",
        lessons=((_GD, "race"), (_GD, "one_update")),
        see=("gradient descent", "momentum", "Newton's method"),
        forms=("optimizers",),
    ),
    Term(
        name="outlier",
        definition="A point that is far from the pattern of the other points. "
        "Under the squared loss, one outlier can change the fit strongly.",
        lessons=((_LR, "by_hand"), (_LF, "errors")),
        see=("Huber loss", "residual", "noise"),
        forms=("outliers",),
    ),
    Term(
        name="overfitting",
        definition="A model overfits if it follows the noise of the training set. "
        "The training loss then is small, while the loss on new points is clearly larger.",
        lessons=((_LR, "polynomials"), (_LF, "boundaries")),
        see=("training set", "validation set", "noise"),
        forms=("overfit", "overfits"),
    ),
    Term(
        name="parameter",
        definition="A number of the model that training changes, such as a weight or a bias. "
        r"The vector of all parameters is written $\theta$.",
        lessons=((_LR, "by_hand"), (_IN, "symmetries")),
        see=("weight", "bias"),
        forms=("parameters",),
    ),
    Term(
        name="piecewise linear",
        definition="A function of one input is piecewise linear if its domain splits into intervals, "
        "and it is affine on each of them. "
        "If it is continuous with finitely many knots, a ReLU network can represent it.",
        lessons=((_UA, "bumps"), (_IN, "folding")),
        see=("knot", "ReLU", "affine function"),
        forms=("piecewise linear function", "piecewise linear functions", "linear piece", "linear pieces"),
    ),
    Term(
        name="polynomial",
        definition="A sum of multiples of powers, $c_0 + c_1 x + \\dots + c_d x^d$. "
        "The largest power with a coefficient that is not 0 is its degree.",
        lessons=((_LR, "polynomials"), (_UA, "limits")),
        see=("linear model", "overfitting", "feature"),
        forms=("polynomials",),
    ),
    Term(
        name="prediction band",
        definition="A band around the fitted curve that contains a new point with a stated probability. "
        "It relies on the assumed distribution of the noise.",
        lessons=((_LF, "noise"),),
        see=("noise", "quantile", "likelihood"),
        forms=("prediction bands", "prediction interval", "prediction intervals"),
    ),
    Term(
        name="probability",
        definition="A number between 0 and 1 that says how likely an event is. "
        "The probabilities of all classes of one point sum to 1.",
        lessons=((_LF, "classes"), (_LF, "noise")),
        see=("softmax", "calibration", "likelihood"),
        forms=("probabilities",),
    ),
    Term(
        name="quantile",
        definition=r"A number $q$ is a $\tau$-quantile if values $\le q$ have probability at least $\tau$, "
        r"and values $\ge q$ have probability at least $1 - \tau$. "
        r"The median is the quantile for $\tau = \tfrac12$.",
        lessons=((_LF, "errors"), (_LF, "noise")),
        see=("estimator", "prediction band"),
        forms=("quantiles", "median"),
    ),
    Term(
        name="rank",
        definition="The largest number of linearly independent columns of a matrix. "
        "If $X$ has fewer independent columns than columns, the least-squares solution is not unique.",
        lessons=((_LR, "more_inputs"), (_UA, "limits")),
        see=("normal equation", "least squares"),
        forms=("ranks",),
    ),
    Term(
        name="ReLU",
        definition=r"The activation function $\max(0, z)$, the rectified linear unit. "
        "Its derivative is 0 for $z < 0$ and 1 for $z > 0$.",
        lessons=((_UA, "one_unit"), (_UA, "bumps"), (_IN, "folding")),
        see=("activation function", "knot", "piecewise linear"),
        forms=("ReLUs", "rectified linear unit"),
    ),
    Term(
        name="residual",
        definition="The difference $y_i - \\hat y_i$ between a target value and its prediction.",
        lessons=((_LR, "by_hand"), (_LF, "errors")),
        see=("mean squared error", "outlier"),
        forms=("residuals",),
    ),
    Term(
        name="ridge function",
        definition=r"A function of several inputs of the form $h(w \cdot x + b)$. "
        "It is constant along every direction that is perpendicular to $w$.",
        lessons=((_UA, "two_inputs"),),
        see=("hidden unit", "contour"),
        forms=("ridge functions",),
    ),
    Term(
        name="root mean square error",
        definition=r"The square root of the mean squared error. It has the unit of $y$. "
        "It is never larger than the largest absolute error on the same points.",
        lessons=((_LR, "by_hand"), (_UA, "exists_and_found")),
        see=("mean squared error", "sup norm"),
        forms=("RMSE", "root mean square", "RMS error"),
    ),
    Term(
        name="R²",
        definition=r"The number $1 - \sum_i (y_i - \hat y_i)^2 / \sum_i (y_i - \bar y)^2$. "
        r"It is 1 for a perfect fit, and 0 for the horizontal line at the mean $\bar y$. "
        "It is negative for a worse fit.",
        lessons=((_LR, "by_hand"),),
        see=("residual", "mean squared error"),
        forms=("R squared", "coefficient of determination"),
    ),
    Term(
        name="saddle point",
        definition="A point where the gradient is zero, but that is neither a local minimum nor a local maximum. "
        "At a typical saddle point, the Hessian has positive and negative eigenvalues.",
        lessons=((_GD, "race"), (_GD, "in_3d")),
        see=("minimum", "Hessian", "eigenvalue"),
        forms=("saddle points", "saddle", "saddles"),
    ),
    Term(
        name="sample",
        definition="A finite set of points that is drawn from a distribution. "
        "An estimate from a sample is random, because another sample gives another estimate.",
        lessons=((_LF, "noise"), (_LR, "by_hand")),
        see=("estimator", "seed", "training set"),
        forms=("samples",),
    ),
    Term(
        name="seed",
        definition="The number that fixes all random numbers of a run. "
        "The same settings with the same seed give the same result.",
        lessons=((_UA, "train"), (_IN, "width_or_depth"), (_GD, "race")),
        see=("sample", "shuffle"),
        forms=("seeds", "random seed", "random seeds"),
    ),
    Term(
        name="shuffle",
        definition="To put the points of the training set into a random order. "
        "Mini-batches are then taken from this order, one after the other.",
        lessons=((_GD, "race"), (_LR, "by_hand")),
        see=("epoch", "mini-batch", "seed"),
        forms=("shuffles", "shuffled", "shuffling"),
    ),
    Term(
        name="sigmoid",
        definition=r"The function $\sigma(z) = 1 / (1 + e^{-z})$ with values between 0 and 1. "
        "It turns a logit into a probability, and it is also used as an activation function.",
        lessons=((_LF, "classes"), (_UA, "one_unit"), (_UA, "limits")),
        see=("logit", "softmax", "tanh"),
        forms=("sigmoids", "logistic function"),
    ),
    Term(
        name="softmax",
        definition=r"The function $p_k = \exp(z_k) / \sum_j \exp(z_j)$ that turns logits into probabilities. "
        "The probabilities do not change if the same number is added to all logits.",
        lessons=((_LF, "classes"),),
        see=("logit", "cross-entropy", "sigmoid"),
    ),
    Term(
        name="standardize",
        definition="To subtract the mean of a feature, and then divide by its standard deviation. "
        "This usually makes the condition number smaller.",
        lessons=((_LR, "step_size"), (_LR, "more_inputs")),
        see=("condition number", "feature"),
        forms=("standardizes", "standardized", "standardization"),
    ),
    Term(
        name="step function",
        definition="A function that is constant on each of finitely many intervals. "
        "The unit step is 0 for $x < 0$ and 1 for $x > 0$.",
        lessons=((_UA, "one_unit"), (_UA, "bumps"), (_UA, "limits")),
        see=("sigmoid", "modulus of continuity"),
        forms=("step functions", "staircase", "staircases", "Heaviside function"),
    ),
    Term(
        name="stochastic gradient descent",
        definition="Gradient descent that estimates each gradient from a random batch of the training set. "
        "An update is cheaper, and its direction is random.",
        lessons=((_LR, "by_hand"), (_GD, "race")),
        see=("mini-batch", "batch size", "noise"),
        forms=("SGD",),
    ),
    Term(
        name="sup norm",
        definition=r"The number $\|f - g\|_\infty = \sup_{x \in K} |f(x) - g(x)|$. "
        r"For continuous functions on a compact set $K$ it is the largest error on $K$.",
        lessons=((_UA, "bumps"), (_UA, "any_epsilon"), (_UA, "exists_and_found")),
        see=("approximation error", "root mean square error", "compact"),
        forms=("sup norms", "supremum norm", "maximum norm", "uniform norm", "sup error", "largest error"),
    ),
    Term(
        name="tanh",
        definition=r"The function $\tanh z = (e^z - e^{-z}) / (e^z + e^{-z})$ with values between −1 and 1. "
        r"With the sigmoid $\sigma$, it is $\tanh z = 2 \sigma(2z) - 1$.",
        lessons=((_UA, "one_unit"), (_UA, "train")),
        see=("sigmoid", "activation function"),
        forms=("hyperbolic tangent",),
    ),
    Term(
        name="target function",
        definition="The function $f$ that a network approximates. "
        "The training points are values of $f$, with or without noise.",
        lessons=((_UA, "bumps"), (_UA, "train")),
        see=("approximation error", "network"),
        forms=("target functions", "target", "targets"),
    ),
    Term(
        name="test set",
        definition="Points that are used only once, to measure the final model. "
        "Neither training nor any choice of settings may use them.",
        lessons=((_IN, "width_or_depth"),),
        see=("training set", "validation set", "overfitting"),
        forms=("test sets", "test points", "test point"),
    ),
    Term(
        name="training set",
        definition="The points on which the loss is minimized. "
        "A small training loss does not imply a small loss on new points.",
        lessons=((_LR, "polynomials"), (_LF, "boundaries"), (_UA, "train")),
        see=("validation set", "test set", "overfitting"),
        forms=("training sets", "training data", "training points", "training point"),
    ),
    Term(
        name="universal approximation theorem",
        definition=r"Let $f$ be continuous on a compact set $K$, and let $\varepsilon > 0$. "
        "Choose a continuous activation function that is not a polynomial. "
        r"Then a network $N$ with one hidden layer exists with $|f(x) - N(x)| < \varepsilon$ for every $x$ in $K$.",
        lessons=((_UA, "any_epsilon"), (_UA, "limits"), (_UA, "exists_and_found")),
        see=("compact", "continuous", "sup norm", "width"),
        forms=("universal approximation", "universal"),
    ),
    Term(
        name="update",
        definition="One change of the parameters by an optimizer. A run is a sequence of updates from one start.",
        lessons=((_GD, "one_update"), (_LR, "by_hand")),
        see=("optimizer", "gradient descent", "epoch"),
        forms=("updates", "gradient step", "gradient steps"),
    ),
    Term(
        name="validation set",
        definition="Points that measure the model while it is built, but that the gradient never uses. "
        "They help to choose settings, such as the degree of a polynomial.",
        lessons=((_LR, "polynomials"), (_LF, "boundaries")),
        see=("training set", "test set", "overfitting"),
        forms=("validation sets", "validation data", "validation points", "validation point"),
    ),
    Term(
        name="weight",
        definition="A number that multiplies an input of a unit, as $w$ in $w x + b$. "
        "Training changes the weights and the biases.",
        lessons=((_LR, "by_hand"), (_UA, "one_unit"), (_IN, "symmetries")),
        see=("bias", "parameter"),
        forms=("weights",),
    ),
    Term(
        name="width",
        definition="The number of units of a hidden layer, written $n$.",
        lessons=((_UA, "any_epsilon"), (_IN, "width_or_depth")),
        see=("depth", "hidden layer"),
        forms=("widths", "number of units", "wide network", "wide networks"),
    ),
)

TERMS: Mapping[str, Term] = MappingProxyType({term.slug: term for term in _ALL})
"""All terms by slug, in alphabetical order."""

_BY_FORM = {form.casefold(): term for term in _ALL for form in (term.name, *term.forms)}


def find(form: str) -> Term:
    """Return the term with this name or written form; case and extra spaces do not matter.

    Raises KeyError that names the form if no term has it.
    """
    term = _BY_FORM.get(" ".join(form.split()).casefold())
    if term is None:
        raise KeyError(f"no term of the glossary is written {form!r}")
    return term


# Formulas, code and escaped dollar signs are matched first, so that brackets inside them are no marks.
_MARK = re.compile(
    r"\\\$"
    r"|\$\$.*?\$\$"
    r"|```.*?```"
    r"|`[^`\n]*`"
    r"|\[\[(?P<term>[^\[\]|]+)(?:\|(?P<shown>[^\[\]|]+))?\]\]"
    r"|\$(?:\\.|[^$\\\n]|\n(?![ \t]*\n))*\$",
    re.DOTALL,
)


def expand(text: str, seen: set[str]) -> str:
    """Return Markdown in which the first mark of each term is a link, and later marks are the shown form alone.

    seen: slugs that were linked before; the new ones are added. Raises KeyError for a mark of an unknown term.
    """

    def replace(match: re.Match[str]) -> str:
        if match["term"] is None:
            return match[0]
        term, shown = find(match["term"]), (match["shown"] or match["term"]).strip()
        if term.slug in seen:
            return shown
        seen.add(term.slug)
        return link(term, shown)

    return _MARK.sub(replace, text)


ADDRESS = "./glossary?term="
"""How the address of every term on the glossary page begins, relative to any page of the app."""


def link(term: Term, shown: str) -> str:
    """Return a Markdown link to a term with its name and its definition as the tooltip."""
    return f'[{shown}]({ADDRESS}{term.slug} "{_tooltip(term)}")'


@cache
def _tooltip(term: Term) -> str:
    return _escape(f"{term.name}: {plain(term.definition)}")


def plain(markdown: str) -> str:
    r"""Return a definition as plain text, with its formulas in Unicode: ``$\eta \le 1$`` becomes ``η ≤ 1``.

    Raises ValueError for a LaTeX command that the table of this module does not know.
    """
    return re.sub(r"\$([^$]*)\$", lambda match: _unicode(match[1]), markdown)


_COMMANDS = {
    **{"eta": "η", "theta": "θ", "lambda": "λ", "kappa": "κ", "varphi": "φ", "varepsilon": "ε", "delta": "δ"},
    **{
        "omega": "ω",
        "mu": "μ",
        "tau": "τ",
        "sigma": "σ",
        "nabla": "∇",
        "sum": "Σ",
        "infty": "∞",
        "top": "ᵀ",
    },
    **{"le": "≤", "ge": "≥", "ne": "≠", "in": "∈", "to": "→", "leftarrow": "←", "pm": "±", "cdot": "·"},
    **{
        "dots": "…",
        "max": "max",
        "min": "min",
        "sup": "sup",
        "lim": "lim",
        "log": "log",
        "exp": "exp",
        "tanh": "tanh",
    },
}
_REWRITES = (
    (r"\\tfrac12", "½"),
    (r"\\frac\{(\w+)\}\{(\w+)\}", r"\1/\2"),
    (r"\\mathbb\{R\}", "ℝ"),
    (r"\\hat y", "ŷ"),
    (r"\\bar y", "ȳ"),
    (r"\\([{}])", r"<\1>"),  # braces that are shown survive the removal of the braces that group
    (r"\\\|", "‖"),
    (r"\\,", ""),
    (r" ?\^\\top", r"\\top"),
    (r"\^\{-1\}", "⁻¹"),
    (r"\^\{-z\}", "⁻ᶻ"),
    (r"\^([2dz3])(?![\w])", lambda match: match[1].translate(str.maketrans("23dz", "²³ᵈᶻ"))),
    (r"_\{j=1\}\^\{n\}", "ⱼ₌₁ⁿ"),
    (r"_\{\\text\{(max|min)\}\}", r"_\1"),
    (r"(\\lim|\\sup)_\{([^{}]*)\}", r"\1 (\2)"),
    (
        r"_([0-9ijkn])(?!\w)",
        lambda match: match[1].translate(str.maketrans("0123456789ijkn", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ")),
    ),
    (r"\\([A-Za-z]+)", lambda match: _command(match[1])),
    (r"(?<!<)[{}](?!>)", ""),
    (r"<([{}])>", r"\1"),
)


def _unicode(formula: str) -> str:
    for pattern, replacement in _REWRITES:
        formula = re.sub(pattern, replacement, formula)
    return re.sub(r"([∇±]) ", r"\1", " ".join(formula.replace("-", "−").split()))


def _command(name: str) -> str:
    if name not in _COMMANDS:
        raise ValueError(f"`\\{name}` has no Unicode form; add it to `_COMMANDS`")
    return _COMMANDS[name]


def _escape(text: str) -> str:
    """Return the text as the title of a Markdown link: no quotes, brackets or dollars that Markdown would read."""
    return re.sub(r'(["\\\[\]$*_`|<>~])', r"\\\1", text).replace("&", "&amp;")
