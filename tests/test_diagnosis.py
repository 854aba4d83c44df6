"""Diagnosis: right answers are right however they are written, each mistake is named, and whatever
else comes in is answered in a sentence."""

import itertools
import pathlib
import random
import re

import numpy as np
import pytest
from answers import AGAINST, RIGHT, WRONG

from bpkit import backward, forward
from bpkit.diagnosis import (
    TASKS,
    check,
    check_choice,
    checked,
    diagnose,
    diagnose_number,
    grade,
    grade_choice,
    mistakes,
    paper_network,
)
from bpkit.diagnosis.calls import solved
from bpkit.diagnosis.compare import same, that_show
from bpkit.diagnosis.numbers import value_of
from proofs.answers import LEFT_OUT, judged

NOTEBOOKS = pathlib.Path(__file__).resolve().parent.parent / "notebooks"


def learner(task, *chosen):
    """A learner's function with these mistakes in it."""
    task, steps, memory = TASKS[task], mistakes.replaced(*chosen), {}

    def function(*arguments):
        result = task.solve(steps, memory, *arguments)
        return result if task.several or task.digest else result[0]

    return function


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", [0, 1, 5])
def test_the_right_answer_is_right(task, seed):
    assert diagnose(task, learner(task), seed).status == "right"


@pytest.mark.parametrize(
    "task, how, function", RIGHT, ids=[f"{task}: {how}" for task, how, _ in RIGHT]
)
def test_a_correct_solution_is_not_accused_however_it_is_written(task, how, function):
    for seed in (0, 1):
        said = diagnose(task, function, seed)
        assert (said.status, said.credit) == ("right", 1.0), said


def test_every_task_has_correct_solutions_in_several_styles():
    assert {task for task, _, _ in RIGHT} == set(TASKS) and len(RIGHT) >= 40


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_each_mistake_is_named(task):
    for mistake in that_show(TASKS[task], 0):
        for seed in (0, 1):
            said = diagnose(task, learner(task, mistake), seed)
            assert said.status == "named" and mistake.id in said.mistakes and said.credit < 1, (
                mistake.id,
                said,
            )
            assert mistake.name in " ".join(said.text.split()), said


def test_every_mistake_of_the_catalogue_shows_in_a_task():
    shown = {mistake.id for task in TASKS for mistake in that_show(TASKS[task], 0)}
    assert shown == {mistake.id for mistake in mistakes.CATALOGUE}


@pytest.mark.parametrize(
    "number, task, function", WRONG, ids=[f"{number} in {task}" for number, task, _ in WRONG]
)
def test_a_mistake_is_named_as_learners_write_it(number, task, function):
    for seed in (0, 1):
        said = diagnose(task, function, seed)
        assert said.status == "named" and number in said.mistakes and said.credit < 1, said


def test_all_kinds_of_mistakes_that_code_can_show_are_written_as_learners_write_them():
    kinds = {f"{number:02d}" for number in range(1, 46)}  # 46 to 48 are beliefs, and no code
    assert {number[:2] for number, _, _ in WRONG} >= kinds


def hides(task, one, pair):
    """Whether a pair gives the same numbers as one of its mistakes alone: the other cannot be
    seen."""
    alone, both = (solved(TASKS[task], chosen, 0) for chosen in ((one,), pair))
    return both is not None and all(
        same(a, b) or a.raised and b.raised for x, y in zip(alone, both) for a, b in zip(x, y)
    )


@pytest.mark.slow
def test_two_mistakes_at_once_are_seen_and_both_named_unless_one_hides_the_other():
    pairs = [
        (task, pair)
        for task in TASKS
        for pair in itertools.combinations(that_show(TASKS[task], 0), 2)
    ]
    chosen = random.Random(1).sample(pairs, 150)
    said = [(task, pair, diagnose(task, learner(task, *pair))) for task, pair in chosen]
    assert sum(verdict.status != "right" for _, _, verdict in said) >= 0.95 * len(said)
    assert sum(verdict.status == "named" for _, _, verdict in said) >= 0.95 * len(said)
    visible = [
        (set(verdict.mistakes), {mistake.id for mistake in pair})
        for task, pair, verdict in said
        if not any(hides(task, one, pair) for one in pair)
    ]
    assert len(visible) > 75
    assert sum(named == made for named, made in visible) >= 0.8 * len(visible)


# --------------------------------------------------------------------------- what else can come in


right_backward = learner("backward")


def test_a_task_not_attempted_is_said_in_one_line():
    for answer in (..., lambda net, weights, X, y: ...):
        said = diagnose("backward", answer)
        assert said.status == "untouched" and "\n" not in said.text and said.credit == 0


@pytest.mark.parametrize(
    "function, sentence",
    [
        (None, "does not stand for a function"),
        (lambda net, weights, X, y: None, "returns None"),
        (lambda net, weights, X, y: 1 / 0, "stops with ZeroDivisionError"),
        (lambda net, weights: 0, "stops with TypeError"),
        (lambda net, weights, X, y: "gradient", "numbers belong"),
        (
            lambda net, weights, X, y: right_backward(net, weights, X, y)[::-1],
            "in the reverse order",
        ),
        (
            lambda net, weights, X, y: [g.T for g in right_backward(net, weights, X, y)],
            "Rows and columns are exchanged",
        ),
        (
            lambda net, weights, X, y: [g[1:] for g in right_backward(net, weights, X, y)],
            "One row is missing",
        ),
        (lambda net, weights, X, y: right_backward(net, weights, X, y)[0], "expected 3 arrays"),
        (
            lambda net, weights, X, y: [g * np.nan for g in right_backward(net, weights, X, y)],
            "not finite",
        ),
    ],
)
def test_what_cannot_be_judged_is_said_in_a_sentence(function, sentence):
    said = diagnose("backward", function)
    assert (
        said.status == "unusable" and said.credit == 0 and sentence in " ".join(said.text.split())
    ), said


def test_a_changed_argument_is_named_though_the_numbers_are_right():
    def updated(weights, gradients, alpha):
        for w, gradient in zip(weights, gradients):
            w -= alpha * gradient
        return weights

    said = diagnose("weight update", updated)
    assert said.mistakes == ("39",) and "weights" in said.text and said.credit == 0.5


def test_an_unknown_mistake_is_located():
    def off(net, weights, X, y):
        gradients = right_backward(net, weights, X, y)
        if net.m > 1 and net.sizes[1] > 1:
            gradients[1][2, 0] += 0.3
        return gradients

    said = diagnose("backward", off)
    assert (
        said.status == "unknown"
        and "∂E/∂w_21^2" in said.text
        and "Layer 3 is right" in " ".join(said.text.split())
        and 0 < said.credit < 0.5
    )


def test_what_a_function_keeps_from_call_to_call_is_noticed_when_the_check_runs_again():
    total = {}

    def accumulating(net, weights, X, y):
        for k, gradient in enumerate(right_backward(net, weights, X, y)):
            total[k] = (
                total[k] + gradient if k in total and total[k].shape == gradient.shape else gradient
            )
        return [total[k] for k in range(net.m)]

    diagnose("backward", accumulating)
    said = " ".join(diagnose("backward", accumulating).text.split())
    assert "keeps something from call to call" in said or "slopes of the call before" in said


def test_the_relation_in_the_numbers_is_said():
    summed = diagnose(
        "backward",
        lambda *given: [
            7 * g if len(given[2]) == 7 else len(given[2]) * g for g in right_backward(*given)
        ],
    )
    said = " ".join(summed.text.split())
    assert "7 times the expected one, and N is 7" in said


def test_a_learner_that_prints_or_warns_disturbs_nothing(capsys):
    def loud(a):
        print("here", a)
        np.log(np.zeros(1))
        return 1 / (1 + np.exp(-a))

    diagnose("slope of tanh from a", loud)
    assert capsys.readouterr().out == ""


def test_numbers_by_hand():
    net, weights, X, y = paper_network()
    assert value_of("delta_1^1") == pytest.approx(verdict_delta(net, weights, X, y))
    assert diagnose_number("delta_1^2", round(value_of("delta_1^2"), 3)).status == "right"
    assert diagnose_number("delta_1^2", ...).status == "untouched"
    assert diagnose_number("delta_1^2", "x").status == "unusable"
    assert diagnose_number("delta_1^2", -value_of("delta_1^2")).mistakes == ("04",)
    assert "sign" in diagnose_number("delta_1^1", -value_of("delta_1^1")).text
    assert "This is dE/dw_12^1" in diagnose_number("dE/dw_21^1", value_of("dE/dw_12^1")).text
    assert diagnose_number("E", 2 * value_of("E")).mistakes == ("03b",)
    assert str(round(value_of("delta_1^1"), 2)) not in diagnose_number("delta_1^1", 5.0).text, (
        "the answer is not given away"
    )


def verdict_delta(net, weights, X, y):
    from bpkit import error_terms

    return error_terms(net, weights, forward(net, weights, X), y)[1][0, 0]


def test_where_finding_the_mistake_is_the_task_the_check_does_not_name_it(capsys):
    check(
        "backward",
        lambda *given: [len(given[2]) * g for g in right_backward(*given)],
        name_it=False,
    )
    said = " ".join(capsys.readouterr().out.split())
    assert "7 times the expected one" in said and "mean" not in said


def test_points_follow_the_verdict(capsys):
    assert grade("backward", right_backward, points=4) == 4
    assert (
        grade(
            "backward", lambda *given: [len(given[2]) * g for g in right_backward(*given)], points=4
        )
        == 2
    )
    assert (
        grade(
            "backward",
            lambda *given: [len(given[2]) * g for g in right_backward(*given)],
            points=4,
            all_or_nothing=True,
        )
        == 0
    )
    assert grade("backward", ..., points=4) == 0
    assert grade_choice("which", "B ", "b", 2, {}) == 2
    assert (
        grade_choice("which", "a", "b", 2, {"a": "why"})
        == 0
        == grade_choice("which", ..., "b", 2, {})
    )
    capsys.readouterr()
    check_choice(...), check_choice("d"), check_choice("a"), check("error", ...)
    assert capsys.readouterr().out.count("\n") == 4


def test_an_unknown_task_is_said():
    with pytest.raises(ValueError, match="is no task"):
        diagnose("backwards", right_backward)


# --------------------------------------------------------------------------------------- the texts


@pytest.mark.parametrize(
    "mistake", [*mistakes.CATALOGUE, *mistakes.WATCHED], ids=lambda mistake: mistake.id
)
def test_a_mistake_leads_to_a_section_that_exists_and_asks_a_question(mistake):
    number, section = re.fullmatch(
        r"(\d\d) section (\d)(?:, later in the course)?", mistake.read
    ).groups()
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    assert f"## {section}. " in path.read_text(encoding="utf-8")
    assert mistake.question.count("?") >= 1 and mistake.name[0].islower()
    assert not re.search(
        r"(?i)\b(simply|just|obviously|clearly)\b|!", mistake.name + mistake.question
    )


def test_ids_are_unique():
    ids = [mistake.id for mistake in (*mistakes.CATALOGUE, *mistakes.WATCHED)]
    assert len(ids) == len(set(ids))


# ----------------------------------------------------------- wrong answers that were once accepted


def said_of(task, function, seed=0):
    verdict = diagnose(task, function, seed)
    return verdict, " ".join(verdict.text.split())


def in_order_of(take):
    """Slopes passed on depth first, each value once, from the end of a stack or its beginning."""

    def backpropagate(end):
        order, seen, stack, nodes = [], set(), [end], [end]
        for n in nodes:
            n.slope = 0.0
            nodes += [p for p, _ in n.parents if p not in nodes]
        end.slope = 1.0
        while stack:
            node = stack.pop(take)
            if node in seen:
                continue
            seen.add(node)
            order.append(node)
            new = []
            for parent, local in node.parents:
                parent.slope += node.slope * local
                new.append(parent)
            stack = stack + new if take else new + stack
        return order

    return backpropagate


@pytest.mark.parametrize("take", [0, -1])
def test_depth_first_without_an_order_is_caught_whichever_parent_comes_first(take):
    verdict, said = said_of("reverse mode", in_order_of(take))
    assert verdict.status == "named" and "before all of it has arrived" in said, said


def right_order(end, seen):
    order = []

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent, _ in node.parents:
                visit(parent)
            order.insert(0, node)

    visit(end)
    for node in order:
        node.slope = 0.0
    end.slope = 1.0
    for node in order:
        for parent, local in node.parents:
            parent.slope += node.slope * local
    return order


def test_what_a_function_keeps_shows_at_a_second_call_on_the_same_nodes():
    slopes = {}

    def adding(end):
        order = right_order(end, set())
        for node in order:
            slopes[node] = node.slope = slopes.get(node, 0.0) + node.slope
        return order

    verdict, said = said_of("reverse mode", adding)
    assert verdict.status != "right" and "wrong at a second call" in said, said
    kept = set()
    assert diagnose("reverse mode", lambda end: right_order(end, kept)).status != "right"


@pytest.mark.parametrize(
    "change, part",
    [
        (lambda order: order[::-1], "the end belongs first"),
        (set, "no list"),
        (lambda order: order + order[-1:], "more than once"),
        (lambda order: order[:-1], "of the"),
        (lambda order: [], "of the"),
    ],
)
def test_the_list_that_reverse_mode_returns_is_looked_at(change, part):
    verdict, said = said_of("reverse mode", lambda end: change(right_order(end, set())))
    assert verdict.credit == 0.5 and part in said and "the numbers are right" in said, said


def test_the_order_in_which_values_are_met_is_a_right_order_too():
    """Problem set 6, task 6 asks for it."""

    def along_each_path(end):
        slopes, waiting = {}, [(end, 1.0)]
        while waiting:
            node, along_path = waiting.pop(0)
            slopes[node] = slopes.get(node, 0.0) + along_path
            waiting += [(parent, along_path * local) for parent, local in node.parents]
        for node, slope in slopes.items():
            node.slope = slope
        return list(slopes)

    assert diagnose("reverse mode", along_each_path).status == "right"


def matrices(sizes, random):
    return [random.uniform(-1, 1, (p + 1, r)) for p, r in zip(sizes, sizes[1:])]


def test_what_is_no_number_is_told_why():
    assert "a point in a number, and no comma" in diagnose_number("E", (0, 6365)).text
    assert "0 divided by 0" in diagnose_number("E", np.nan).text
    assert diagnose_number("E", None).text == "✗ E: None is no number."


def test_starting_weights_are_as_many_as_asked_for_and_no_whole_numbers():
    _, said = said_of("starting weights", lambda s, random: matrices((*s, s[-1]), random))
    assert "returns 3 arrays of the shapes (4, 4), (5, 2), (3, 2); expected 2" in said
    for seed in range(4):
        for draw in (
            lambda random, shape: random.randint(-1, 2, shape),
            lambda random, shape: random.randint(-1, 2, shape) * 1.0,
            lambda random, shape: random.randint(-10, 11, shape) / 10,
        ):

            def starting(sizes, random):
                return [draw(random, (p + 1, r)) for p, r in zip(sizes, sizes[1:])]

            assert diagnose("starting weights", starting, seed).status != "right"


def test_sigmoid_and_slopes_take_whole_numbers_too():
    def masks(a):
        result = np.zeros_like(a)
        result[a >= 0] = 1 / (1 + np.exp(-a[a >= 0]))
        e = np.exp(a[a < 0])
        result[a < 0] = e / (1 + e)
        return result

    verdict, said = said_of("sigmoid", masks)
    assert verdict.status == "unknown" and "which dtype has np.zeros_like(a)?" in said

    def slope(a):
        result = np.zeros_like(a)
        result[...] = 1 - np.tanh(a) ** 2
        return result

    assert "np.zeros_like(a)" in said_of("slope of tanh from a", slope)[1]


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4])
def test_a_numeric_gradient_for_certain_sizes_only_is_caught(seed):
    def numeric(E, weights, shapes):
        found = [np.zeros(shape) for shape in shapes]
        for k, w in enumerate(weights):
            for i in range(w.shape[0]):
                for j in range(min(w.shape) if shapes[0] == weights[0].shape else w.shape[1]):
                    up, down = [v.copy() for v in weights], [v.copy() for v in weights]
                    up[k][i, j] += 1e-5
                    down[k][i, j] -= 1e-5
                    found[k][i, j] = (E(up) - E(down)) / 2e-5
        return found

    def fixed(E, weights):
        return numeric(E, weights, [(3, 3), (4, 2)])

    def square(E, weights):
        return numeric(E, weights, [w.shape for w in weights])

    def judge(E, weights, gradients):
        for k, (g, s) in enumerate(zip(gradients, numeric(E, weights, [w.shape for w in weights]))):
            n = min(weights[k].shape)
            if not np.allclose(g[:, :n], s[:, :n], rtol=1e-4, atol=1e-10):
                return False
        return True

    assert diagnose("numeric gradient", fixed, seed).status != "right"
    assert diagnose("numeric gradient", square, seed).status != "right"
    assert diagnose("gradient checker", judge, seed).status != "right"


def test_soft_targets_are_tried_with_softmax():
    def picked(a, y):
        p = np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)
        p[np.arange(len(p)), y.argmax(axis=1)] -= 1
        return p

    verdict, said = said_of("softmax error term", picked)
    assert verdict.status != "right" and "targets between 0 and 1" in said


def test_numbers_that_are_not_finite_are_asked_about_where_the_case_knows_why():
    def by_the_jacobian(a, y):
        p = np.exp(a - a.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        jacobians = [np.diag(row) - np.outer(row, row) for row in p]
        return np.array([J @ (-t / row) for J, t, row in zip(jacobians, y, p)])

    verdict, said = said_of("softmax error term", by_the_jacobian)
    assert verdict.status == "unusable" and "is anything divided by a ŷ, which can be 0?" in said


def test_a_softmax_without_the_shift_is_told_so_alone():
    verdict, said = said_of(
        "softmax error term", lambda a, y: np.exp(a) / np.exp(a).sum(axis=1, keepdims=True) - y
    )
    assert verdict.mistakes == ("91",) and "without the shift by the largest a" in said


# ----------------------------------------------------------------- sentences that were once untrue


def test_row_0_is_named_where_it_is_that_of_the_biases_alone():
    _, said = said_of("slope of relu from o", lambda o: np.where(o >= 0, 1.0, 0.0))
    assert "row 0" not in said


def test_a_neighbouring_quantity_comes_before_a_mistake():
    said = diagnose_number("delta_2^1", value_of("delta_1^1")).text
    assert "This is delta_1^1." in said and "evidence" not in said


def test_an_array_for_each_pair_is_said_only_where_pairs_are_combined():
    verdict, said = said_of("slope of tanh from a", lambda a: np.gradient(np.tanh(a)))
    assert verdict.status == "unusable" and "for each pair" not in said
    _, said = said_of("combined gradient", lambda pairs: pairs)
    assert "There is an array for each pair" in said


def test_the_case_that_is_right_is_said():
    _, said = said_of("combined gradient", lambda pairs: pairs.sum(axis=0) / 6)
    assert "On 6 pairs, 4 nodes in the layer before and 2 in this one it is right." in said
    assert "other cases" not in said


def test_a_verdict_in_words_is_told_what_belongs_there():
    verdict, said = said_of("gradient checker", lambda E, weights, gradients: "right")
    assert "It returns str, where True or False belongs." in said


def test_a_result_left_at_the_three_dots_is_told_from_an_untouched_task():
    def written(weights, gradients, alpha):
        result = ...
        new = [w - alpha * g for w, g in zip(weights, gradients)]  # noqa: F841
        return result

    def untouched(weights, gradients, alpha):
        """Nothing yet."""
        result = ...
        return result

    def two(sizes, N):
        forward = backward = ...
        return forward, backward

    verdict, said = said_of("weight update", written)
    assert verdict.status == "unusable" and "It returns the three dots" in said
    assert diagnose("weight update", untouched).status == "untouched"
    assert diagnose("multiplications", two).status == "untouched"


@pytest.mark.parametrize("part", [1, 0.5])
def test_the_penalty_itself_is_one_mistake(part):
    def penalised(gradient, w, strength):
        result = gradient.copy()
        result[1:] += strength * part * w[1:] ** 2
        return result

    verdict, said = said_of("penalised gradient", penalised)
    assert len(verdict.mistakes) == 1 and "the penalty itself" in said, said


def test_no_mistake_is_offered_in_a_layer_that_is_said_to_be_right():
    def backward(weights, X, y):
        outputs = [X]
        for w in weights:
            a = w[0] + outputs[-1] @ w[1:]
            outputs.append(a if len(outputs) == len(weights) else 1 / (1 + np.exp(-a)))
        delta, gradients = outputs[-1] - y, []
        for k in range(len(weights) - 1, -1, -1):
            o = outputs[k]
            gradients.insert(0, np.insert(o, 0, 1, axis=1).T @ delta / len(X))
            after = outputs[k + 1]
            if k:
                delta = after * (1 - after) * (delta @ weights[k][1:].T)
        return gradients

    verdict, said = said_of("backward of sigmoid networks", backward)
    assert len(verdict.mistakes) == 1 and "g′ of the next layer" in said, said
    assert "y without its column" not in said


def test_errors_on_every_network_are_said_without_a_search_for_pairs(monkeypatch):
    from bpkit.diagnosis import compare

    asked = []

    def counted(task, mistakes, seed, only_case=None):
        asked.append(len(mistakes))
        return solved(task, mistakes, seed, only_case)

    monkeypatch.setattr(compare, "solved", counted)
    verdict = diagnose("training step", lambda net, weights, X, y, alpha: [][net.m])
    assert verdict.status == "unusable" and max(asked) < 2


def test_a_function_that_does_not_end_is_stopped_and_said_so(monkeypatch):
    monkeypatch.setattr("bpkit.diagnosis.calls.LIMIT", 0.2)

    def endless(a):
        while True:
            try:
                a = a + 1
            except Exception:
                pass

    verdict = diagnose("sigmoid", endless)
    assert verdict.status == "unusable" and verdict.credit == 0
    assert "does not come to an end" in str(verdict) and "What makes your loop stop?" in str(
        verdict
    )
    right = diagnose("sigmoid", lambda a: 1 / (1 + np.exp(-np.clip(a, -700, 700))))
    assert right.status == "right", "the next call is as before"


def test_a_function_that_takes_more_and_more_memory_is_stopped_and_said_so(monkeypatch):
    monkeypatch.setattr("bpkit.diagnosis.calls.MOST_MEMORY", 60)

    def greedy(end):
        waiting = [end]
        while waiting:
            waiting += [waiting[0]] * 100_000  # never taken out

    verdict = diagnose("reverse mode", greedy)
    assert verdict.status == "unusable" and verdict.credit == 0
    said = " ".join(str(verdict).split())
    assert "takes more and more memory: it was stopped at 60 megabytes" in said
    assert diagnose("sigmoid", lambda a: a).status == "unknown", "the next call is as before"


def test_where_no_thread_can_be_started_the_verdict_is_the_same(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    assert diagnose("sigmoid", lambda a: a).status in ("named", "unknown")


def test_what_a_task_gives_is_not_accused():
    """A step uphill and a sum over the pairs: not a difference the wrong way round, which is
    given."""

    def training_step(net, weights, X, y, alpha):
        gradients = backward(net, weights, forward(net, weights, X), y)
        return [w + alpha * len(X) * g for w, g in zip(weights, gradients)]

    for seed in (0, 1):
        assert set(diagnose("training step", training_step, seed).mistakes) == {"04b", "01"}
    for task in ("training step", "reference run"):
        steps = {mistake.step for mistake in TASKS[task].mistakes}
        assert not steps & {"difference", "output_slope", "passed_back"}


@pytest.mark.slow
@pytest.mark.parametrize("task", [task for task in TASKS if task not in LEFT_OUT])
def test_no_changed_answer_that_is_wrong_is_accepted(task, monkeypatch):
    """A sample of what `make proof-answers` tries: right answers, each changed in one place."""
    monkeypatch.setattr("bpkit.diagnosis.calls.LIMIT", 1.0)
    _, counted, told = judged(task, most=3, answers=1)
    assert counted["wrong"] and not counted["accepted"], told


@pytest.mark.parametrize("called, task, function", AGAINST)
def test_a_function_that_the_statement_rules_out_is_named(called, task, function):
    said = diagnose(task, function)
    assert said.credit == 0 and f"uses bpkit's {called}," in " ".join(said.text.split())


def test_a_function_of_ones_own_may_have_the_name_of_one_that_is_ruled_out():
    def forward(net, weights, X):
        outputs = [X]
        for k, w in enumerate(weights, start=1):
            outputs.append(net.layer_output(k, w[0] + outputs[-1] @ w[1:]))
        return outputs[1:]

    scope = {"forward": forward}
    exec("def mine(net, weights, X):\n    return forward(net, weights, X)", scope)
    assert diagnose("forward phase", scope["mine"]).status == "right"


def test_checked_gives_back_the_answer_where_it_is_right_and_else_the_courses_own(capsys):
    def right(weights, gradients, alpha):
        return [w - alpha * g for w, g in zip(weights, gradients)]

    def uphill(weights, gradients, alpha):
        return [w + alpha * g for w, g in zip(weights, gradients)]

    assert checked("weight update", right).__wrapped__ is right
    assert capsys.readouterr().out.startswith("✓ ")
    ours = checked("weight update", uphill)
    assert "The cells below use the course's own." in capsys.readouterr().out
    w = np.array([[1.0], [2.0]])
    (moved,) = ours([w], [np.array([[1.0], [-1.0]])], 0.5)
    assert np.array_equal(moved, [[0.5], [2.5]]) and np.array_equal(w, [[1.0], [2.0]])
    sums = checked("product sums", ...)
    assert np.array_equal(sums(np.array([[3.0]]), w), [[7.0]])


def test_checked_gives_back_a_list_for_a_generator():
    def updated(weights, gradients, alpha):
        for w, g in zip(weights, gradients):
            yield w - alpha * g

    for one in (
        updated,
        lambda weights, gradients, alpha: (w - alpha * g for w, g in zip(weights, gradients)),
        lambda weights, gradients, alpha: map(lambda w, g: w - alpha * g, weights, gradients),
    ):
        mine = checked("weight update", one)
        assert isinstance(mine([np.ones((1, 1))], [np.ones((1, 1))], 0.5), list)


def test_a_function_without_a_module_is_judged():
    scope = {}
    exec("def sums(o, w): return w[0] + o @ w[1:]\ndef mine(o, w): return sums(o, w)", scope)
    assert scope["sums"].__module__ is None or scope["sums"].__module__ == "builtins"
    assert diagnose("product sums", scope["mine"]).status == "right"


def test_the_weights_of_the_wrong_layer_and_a_fixed_learning_rate_are_named():
    def backward_phase(net, weights, trace, y):
        delta, gradients = net.g_o.slope_from_a(trace.a[net.m]) * (trace.y_hat - y), []
        for k in range(net.m, 0, -1):
            gradients.insert(0, trace.o_with_node_0[k - 1].T @ delta / len(y))
            if k > 1:
                delta = net.g.slope_from_a(trace.a[k - 1]) * (delta @ weights[k - 2][1:].T)
        return gradients

    assert diagnose("backward phase", backward_phase).mistakes == ("16b",)
    fixed = diagnose(
        "weight update",
        lambda weights, gradients, alpha: [w - 0.1 * g for w, g in zip(weights, gradients)],
    )
    assert fixed.mistakes == ("50b",)


def test_a_list_taken_for_an_array_and_a_return_inside_the_loop_are_told_so():
    said = diagnose("weight update", lambda weights, gradients, alpha: weights - alpha * gradients)
    assert "go through it layer by layer" in " ".join(said.text.split())

    def returns_early(weights, gradients, alpha):
        for w, g in zip(weights, gradients):
            return [w - alpha * g]

    said = " ".join(diagnose("weight update", returns_early).text.split())
    assert "one array, of the shape" in said and "does the return stand inside the loop" in said


def test_places_of_a_list_left_empty_are_named():
    def backward_phase(net, weights, trace, y):
        return [None] * (net.m - 1) + [np.zeros_like(weights[-1])]

    said = " ".join(diagnose("backward phase", backward_phase).text.split())
    assert re.search(r"Places? 0( and 1)? of the list that it returns (is|are) still None\.", said)
