"""The tasks that a problem set can ask for: what the function is called, on what it is tried, and
which steps a mistake can sit in."""

from typing import Callable, NamedTuple

from ..forward import forward
from ..network import weight_name
from . import answers, cases
from .mistakes import CATALOGUE


class Task(NamedTuple):
    """A function to write.

    name, signature : what it is called; the learner's own name for it may differ
    equation : its id in the thread
    solve : the right answer, given the steps (answers.py);  cases : what it is tried on, given a
        seed (cases.py)
    steps : the names of the steps in which a mistake can sit
    entry : the name of an entry of the answer, given (which array, its index)
    digest : turns answers that may differ into what must agree
    remark : what else is wrong with an answer whose numbers are right, in words, or ""
    watched : the first argument remembers where it was asked;  several : the answer is a list, one
        array a layer
    last_layer_first : the order in which the layers are computed;  quiet : NumPy must not warn
    verdicts : the answers are True and False
    not_called : names of functions of bpkit that the statement asks the learner to leave aside
    tolerance : relative to the largest entry of an array;  complaint : what is said of a digest's
        entries that are off, None where
        they are numbers like others
    """

    name: str
    signature: str
    equation: str
    solve: Callable
    cases: Callable
    steps: tuple
    entry: Callable
    digest: Callable = None
    remark: Callable = None
    watched: bool = False
    last_layer_first: bool = False
    several: bool = False
    quiet: bool = False
    tolerance: float = 1e-6
    verdicts: bool = False
    not_called: tuple = ()
    complaint: str | None = "not as it should be:"

    @property
    def mistakes(self):
        return [mistake for mistake in CATALOGUE if mistake.step in self.steps]


def _rows(symbol):
    return lambda part, index: f"{symbol}, pair {index[0] + 1}, node {index[1] + 1}"


def _weights(symbol):
    def entry(part, index):
        name = symbol.format(weight_name(part + 1, index[-2], index[-1] + 1))
        return name if len(index) == 2 else f"{name} of pair {index[0] + 1}"

    return entry


def _plain(symbol):
    return lambda part, index: symbol + "".join(f", entry {i + 1}" for i in index[-1:])


def _layers(part, index):
    return f"o_{index[1] + 1}^{part + 1} of pair {index[0] + 1}"


def _about_weights_entry(part, index):
    if part == 0:
        return (
            "no weight is below 0",
            "no weight is above 0",
            "some weights lie outside −1 to 1",
            "the weights lie on a coarse grid, so that many start alike",
        )[index[0]]
    return (
        f"layer {part} has another shape than expected",
        f"nodes of layer {part} have the same weights",
    )[index[0]]


def _slip_name(part, index):
    return next(mistake.name for mistake in CATALOGUE if mistake.id == answers.SLIPS[index[0]])


FORWARD = ("joined", "product_sums", "outputs")
OUTPUT_TERM = ("difference", "output_slope")
HIDDEN_TERM = ("weights_back", "passed_back", "hidden_slope", "hidden_delta")
GRADIENT = ("before_weights", "pairs", "combined")
BACKWARD = (*FORWARD, "remembered", *OUTPUT_TERM, *HIDDEN_TERM, *GRADIENT)
UPDATE = ("change", "new_weights")
# of bpkit, what a task asks to leave aside: all that has slopes, or the steps made of them
STEPS_OF_BPKIT = ("backward", "per_example_gradients", "train", "gradient_check")
EQUATIONS_OF_BPKIT = (
    "error_terms",
    "partial_derivatives",
    "output_error_term",
    "hidden_error_term",
)
EQUATIONS_OF_BPKIT += ("combined_gradient", "weight_change")
ALL_SLOPES_OF_BPKIT = STEPS_OF_BPKIT + EQUATIONS_OF_BPKIT
FORWARD_OF_BPKIT = ("forward", "forward_phase")
ERRORS_OF_BPKIT = ("error", "squared_error", "pair_errors")
# where A2, A3 and the sum over the pairs are given, what they are called with, and how they are
# used
AROUND_THE_GIVEN = ("remembered", "weights_back", "hidden_slope", "before_weights", "combined")


def _whole(*arguments):
    """What is said of tasks on whole networks: a gradient for each layer, the last one computed
    first."""
    return dict(
        zip(("name", "signature", "equation", "solve", "cases"), arguments),
        steps=BACKWARD,
        entry=_weights("∂E/∂{}"),
        several=True,
        last_layer_first=True,
    )


TASKS = {
    task.name: task
    for task in (
        # problem set 1
        Task(
            "sigmoid",
            "sigmoid(a)",
            "F2",
            answers.sigmoid,
            cases.sigmoid_cases,
            ("sigmoid",),
            _plain("σ(a)"),
            quiet=True,
            not_called=("sigmoid",),
        ),
        Task(
            "product sums",
            "product_sums(o_before, w)",
            "F2",
            answers.product_sums,
            cases.layer_cases(cases.outputs_and_weights),
            ("joined", "product_sums", "returned_sums"),
            _rows("a"),
        ),
        Task(
            "forward phase",
            "forward_phase(net, weights, X)",
            "F2",
            answers.layer_outputs,
            cases.network_cases(cases.NETWORKS, lambda net, weights, X, y: (net, weights, X)),
            (*FORWARD, "returned_outputs"),
            _layers,
            several=True,
            not_called=FORWARD_OF_BPKIT,
        ),
        Task(
            "error",
            "mean_squared_error(y_hat, y)",
            "F3",
            answers.mean_squared_error,
            cases.error_cases,
            ("difference", "pair_errors", "mean_error"),
            lambda part, index: "E",
            not_called=ERRORS_OF_BPKIT,
        ),
        Task(
            "starting weights",
            "starting_weights(sizes, random)",
            "F4",
            answers.starting_weights,
            cases.starting_cases,
            ("drawn",),
            _about_weights_entry,
            digest=answers.about_weights,
            several=True,
            complaint="",
            not_called=("initial_weights",),
        ),
        # problem set 2, and 4 where it is the sigmoid's slope from o
        *(
            Task(
                f"slope of {name} from {letter}",
                f"{name}_slope({letter})",
                "G1" if name == "sigmoid" else "A3",
                answers.slope(name, letter == "o"),
                cases.slope_cases(name, letter == "o"),
                ("hidden_slope",),
                _plain("g′"),
                not_called=(f"{name}_slope", f"{name}_slope_from_output"),
            )
            for name in ("sigmoid", "tanh", "relu")
            for letter in "ao"
        ),
        Task(
            "output error term",
            "output_error_term(net, a, y_hat, y)",
            "A2",
            answers.output_error_term,
            cases.output_cases(cases.NETWORKS),
            (*OUTPUT_TERM, "divided_delta"),
            _rows("δ^m"),
            not_called=ALL_SLOPES_OF_BPKIT,
        ),
        Task(
            "hidden error term",
            "hidden_error_term(net, a, o, weights_after, delta_after)",
            "A3",
            answers.hidden_error_term,
            cases.hidden_cases,
            HIDDEN_TERM,
            _rows("δ^k"),
            not_called=ALL_SLOPES_OF_BPKIT,
        ),
        Task(
            "partial derivatives",
            "partial_derivatives(o_before, delta)",
            "A1",
            answers.partial_derivatives,
            cases.layer_cases(cases.joined_and_delta),
            ("before_weights", "pairs", "returned_pairs"),
            _weights("∂E_d/∂{}"),
            not_called=ALL_SLOPES_OF_BPKIT,
        ),
        # problem set 3
        Task(
            "combined gradient",
            "combined_gradient(pairs)",
            "A4",
            answers.combined_gradient,
            cases.layer_cases(cases.slopes_of_pairs),
            ("combined", "returned_gradient"),
            _weights("∂E/∂{}"),
            not_called=ALL_SLOPES_OF_BPKIT,
        ),
        Task(
            "layer gradient",
            "layer_gradient(o_before, delta)",
            "A4",
            answers.layer_gradient,
            cases.layer_cases(cases.joined_and_delta),
            (*GRADIENT, "returned_gradient"),
            _weights("∂E/∂{}"),
            not_called=ALL_SLOPES_OF_BPKIT,
        ),
        Task(
            "weight update",
            "updated(weights, gradients, alpha)",
            "F4",
            answers.updated_weights,
            cases.update_cases,
            UPDATE,
            _weights("{}"),
            several=True,
        ),
        Task(
            **_whole(
                "backward",
                "backward(net, weights, X, y)",
                "S3",
                answers.gradients,
                cases.network_cases(
                    cases.NETWORKS, lambda net, weights, X, y: (net, weights, X, y)
                ),
            )
        )._replace(not_called=ALL_SLOPES_OF_BPKIT),
        Task(
            **_whole(
                "backward phase",
                "backward_phase(net, weights, trace, y)",
                "S2",
                answers.gradients_from_trace,
                cases.network_cases(
                    cases.NETWORKS,
                    lambda net, weights, X, y: (net, weights, forward(net, weights, X), y),
                ),
            )
        )._replace(
            steps=("remembered", *OUTPUT_TERM, *HIDDEN_TERM, *GRADIENT),
            not_called=ALL_SLOPES_OF_BPKIT,
        ),
        Task(
            **_whole(
                "training step",
                "training_step(net, weights, X, y, alpha)",
                "S4",
                answers.weights_after_a_step,
                cases.network_cases(
                    cases.NETWORKS, lambda net, weights, X, y: (net, weights, X, y, 0.4)
                ),
            )
        )._replace(
            steps=(*AROUND_THE_GIVEN, "batches", *UPDATE),
            entry=_weights("new {}"),
            not_called=("train",),
        ),
        # problem set 4
        Task(
            **_whole(
                "backward of sigmoid networks",
                "backward(weights, X, y)",
                "G5",
                answers.sigmoid_gradients,
                cases.network_cases(
                    cases.SIGMOID_NETWORKS, lambda net, weights, X, y: (weights, X, y)
                ),
            )
        )._replace(not_called=ALL_SLOPES_OF_BPKIT),
        Task(
            "reference run",
            "reference_run(num_hidden, alpha, iterations, seed)",
            "R1",
            answers.reference_run,
            cases.run_cases,
            ("used_gradients", *UPDATE, "reported", "given"),
            _rows("ŷ"),
            not_called=("train",),
        ),
        # problem set 5
        Task(
            "numeric gradient",
            "numeric_gradient(E, weights)",
            "D5",
            answers.numeric_gradients,
            cases.watched_cases(cases.numeric_cases),
            ("divided",),
            _weights("∂E/∂{}"),
            watched=True,
            several=True,
            tolerance=1e-5,
        ),
        Task(
            "gradient checker",
            "is_right(E, weights, gradients)",
            "D5",
            answers.checker_verdict,
            cases.watched_cases(cases.checker_cases),
            ("judged",),
            lambda part, index: "the verdict",
            watched=True,
            verdicts=True,
        ),
        Task(
            "case that hides nothing",
            "revealing_case()",
            "D5",
            answers.revealing_case,
            cases.no_arguments,
            ("case",),
            _slip_name,
            digest=answers.slips_seen,
            not_called=("probe",),
        ),
        Task(
            "softmax error term",
            "softmax_error_term(a, y)",
            "A2",
            answers.softmax_error_term,
            cases.softmax_cases,
            (*OUTPUT_TERM, "softmax_outputs", "divided_delta"),
            _rows("δ^m"),
            not_called=("softmax", "softmax_cross_entropy"),
        ),
        Task(
            **_whole(
                "backward with cross-entropy",
                "backward(net, weights, X, y)",
                "S3",
                answers.gradients,
                cases.network_cases(
                    cases.CROSS_ENTROPY_NETWORKS, lambda net, weights, X, y: (net, weights, X, y)
                ),
            )
        )._replace(not_called=STEPS_OF_BPKIT),
        Task(
            "largest learning rate",
            "largest_alpha(curvatures)",
            "F4",
            answers.largest_alpha,
            cases.curvature_cases,
            ("boundary",),
            lambda part, index: "alpha",
        ),
        # problem set 6
        Task(
            "strongest input",
            "strongest_input(w)",
            "H4",
            answers.strongest_input,
            cases.feature_cases,
            ("column", "wanted"),
            lambda part, index: f"input {index[1] + 1} for node {index[0] + 1}",
        ),
        Task(
            "multiplications",
            "multiplications(sizes, N)",
            "R3",
            answers.multiplications,
            cases.size_cases,
            ("forward_count", "slopes_count", "back_count", "counted"),
            lambda part, index: ("forward", "backward")[index[0]],
        ),
        Task(
            "batches",
            "from_batches(gradients, sizes)",
            "A4",
            answers.from_batches,
            cases.layer_cases(cases.gradients_and_sizes, of_pairs=False),
            ("batch_share",),
            _weights("∂E/∂{}"),
        ),
        Task(
            "penalised gradient",
            "penalised(gradient, w, strength)",
            "A4",
            answers.penalised_gradient,
            cases.layer_cases(cases.gradient_and_weights, of_pairs=False),
            ("penalty", "penalised"),
            _weights("slope of {}"),
        ),
        Task(
            "reverse mode",
            "backpropagate(end)",
            "D11",
            answers.slopes_by_reverse_mode,
            cases.graph_cases,
            ("ways", "start", "slope_of_end", "passed_on", "collected"),
            lambda part, index: f"the slope of {(*answers.NODES[:-1], 'the end')[index[0]]}",
            digest=answers.slopes_of_nodes,
            remark=answers.about_order,
            complaint=None,
        ),
    )
}
