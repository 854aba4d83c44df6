"""The questions in words, in the order of the course: beliefs, order, meaning.

A question has variants, which ask for the same idea in other words or about another case. Each
wrong option says what choosing it is evidence of.
"""

from typing import NamedTuple

from .question import Option, Question


class Variant(NamedTuple):
    text: str
    right: str
    wrong: tuple  # of (option, what it is evidence of)


def in_words(name, read, *variants):
    """Makes a question of variants; `read` is the section that answers it."""

    def variant(random, about):
        text, right, wrong = variants[random.randint(len(variants))]
        options = [Option(option, (), belief, read) for option, belief in wrong]
        return text, Option(right), options

    return Question(name, read, variant)


IN_WORDS = [
    in_words(
        "layers without a bend",
        "01 section 3",
        Variant(
            "A network has 4 inputs, 6 hidden nodes and 1 output, and all its nodes have the "
            "identity. Which of these is the smallest network that can give the same answers as "
            "it to every input?",
            "a single node with 4 weights and a bias",
            (
                (
                    "a network with 4 hidden nodes, one for each input",
                    "each input needs a hidden node of its own",
                ),
                (
                    "a network with 6 hidden nodes, as it has itself",
                    "more numbers to learn can answer more, with or without a bend",
                ),
                (
                    "a network with 1 hidden node, as it has 1 output",
                    "a hidden layer is of use, whatever its nodes do with their sums",
                ),
            ),
        ),
        Variant(
            "All nodes of a network with two hidden layers and one output hand on their sums as "
            "they are, and some pairs stay wrong. Which change makes answers possible that no "
            "weights give now?",
            "the sigmoid in its hidden nodes",
            (
                ("ten more layers of such nodes", "depth helps even without a bend"),
                (
                    "ten more such nodes in each layer",
                    "more weights can answer more, with or without a bend",
                ),
                (
                    "ten times as many iterations",
                    "training finds every answer in the end, if it goes on long enough",
                ),
            ),
        ),
        Variant(
            "The hidden nodes of a network hand on 3a + 1, where a is their sum, and its output "
            "node hands on its sum as it is. Can some weights make it answer XOR?",
            "no, as one node could give the same answers",
            (
                (
                    "no, as its hidden nodes have no targets",
                    "a hidden node is of use only where it has a target of its own",
                ),
                ("yes, as 3a + 1 is not the identity", "any function but the identity bends a sum"),
                (
                    "yes, with a hidden node for each pair",
                    "enough hidden nodes answer every rule, whatever they do with their sums",
                ),
            ),
        ),
    ),
    in_words(
        "what E depends on",
        "02 section 5",
        Variant(
            "Two programs compute E for the same six pairs, with networks of the same form. One "
            "finds 0.81 and the other 0.12, and neither has made a mistake. What must be "
            "different?",
            "the weights",
            (
                ("the targets", "E is a number of the data, so that another E means other data"),
                ("the order of the pairs", "the order of the pairs counts in a mean"),
                (
                    "the learning rate",
                    "E depends on how weights are found, and not on what they are",
                ),
            ),
        ),
        Variant(
            "E is drawn as a curve over the weight w_11^2. What is the same at every point of the"
            " curve?",
            "the pairs and the other weights",
            (
                ("the pairs and the answers ŷ", "ŷ belongs to the pairs, and not to the weights"),
                (
                    "the pairs, but none of the weights",
                    "where one weight moves, the others move along",
                ),
                (
                    "the weights, but none of the pairs",
                    "E is a function of the data, with the weights held still",
                ),
            ),
        ),
        Variant(
            "A report says that E is 0.04 for the six pairs of the reference example and a "
            "network 3-3-1, with sigmoids and with the identity at the output. What is missing, "
            "so that you can compute the same number?",
            "the 16 numbers in θ",
            (
                (
                    "the α of the training",
                    "E depends on how weights are found, and not on what they are",
                ),
                (
                    "the number of iterations",
                    "E belongs to a moment of the training, and not to the weights",
                ),
                ("nothing, as the pairs are known", "E is a number of the data"),
            ),
        ),
    ),
    in_words(
        "what a slope says",
        "02 section 6",
        Variant(
            "The slope of E along a weight is −0.3 at present. What does this number say?",
            "E falls by about 0.003 when the weight rises by 0.01",
            (
                (
                    "E falls by about 0.3 in the next iteration",
                    "a slope is the change of E in one step",
                ),
                (
                    "the weight falls by 0.3 in the next iteration",
                    "a slope is the step itself, with its sign and without α",
                ),
                (
                    "the best value of the weight lies 0.3 lower",
                    "a slope says where the bottom is, and not only which way is down",
                ),
            ),
        ),
        Variant(
            "The slope of E along one weight is exactly 0 at the present θ, and the next step is "
            "one of gradient descent. What follows?",
            "the weight stays where it is in the next step",
            (
                (
                    "no other value of this weight gives a smaller E",
                    "where a slope is 0, E is at its lowest",
                ),
                (
                    "E is the same for every value of this weight",
                    "a slope that is 0 at one place is 0 at every other",
                ),
                ("the other slopes at the present θ are 0 as well", "the slopes become 0 together"),
            ),
        ),
        Variant(
            "All slopes at θ are right, and one step with α = 50 makes E larger. Why?",
            "the slopes do not hold so far away",
            (
                (
                    "the slopes have the wrong sign at this θ",
                    "where E grows, the slopes have the wrong sign",
                ),
                (
                    "the weights should move one by one",
                    "slopes hold for single weights, so that the weights must not move at the "
                    "same time",
                ),
            ),
        ),
    ),
    in_words(
        "the bias as a weight",
        "02 section 7",
        Variant(
            "D1 puts a node 0 into every layer but the last. What becomes of the answers that the"
            " network can give?",
            "they are the same, written differently",
            (
                (
                    "there are more of them, as nodes were added",
                    "node 0 is one more node that computes",
                ),
                (
                    "there are fewer, as node 0 is fixed at 1",
                    "an output that is fixed takes something away",
                ),
            ),
        ),
        Variant(
            "Every input of a network is 0. What is a_j^1, the product sum of node j in the first"
            " hidden layer?",
            "w_0j^1",
            (
                ("0", "a bias is the weight of an input, and is off when the inputs are"),
                ("1", "node 0 adds its output to the sum, without a weight"),
                ("w_1j^1", "the bias is the weight that leads away from node 1"),
            ),
        ),
        Variant(
            "A network with 4 inputs, 3 hidden nodes and 2 outputs is drawn with its nodes 0. How"
            " many edges lead to node 0 of the hidden layer?",
            "0",
            (
                ("1", "node 0 of one layer gets its 1 from node 0 of the layer before"),
                ("4", "the inputs feed node 0 of the next layer too"),
                ("5", "node 0 of a hidden layer is fed as every other node is"),
            ),
        ),
    ),
    in_words(
        "what an error term is",
        "03 section 3",
        Variant(
            "A hidden node has δ = 0.2 for a pair. What does this number say?",
            "E_d rises by about 0.2 h when the node's product sum a rises by a small h",
            (
                (
                    "the node's output should have been 0.2 lower",
                    "δ of a hidden node is the distance from a right answer of its own",
                ),
                (
                    "a fifth of the whole error belongs to this node",
                    "the error is shared out among the nodes",
                ),
                (
                    "E_d rises by about 0.2 h when the node's output o rises by a small h",
                    "δ is the slope along o, where it is the slope along a",
                ),
            ),
        ),
    ),
    in_words(
        "what the slope of a weight is made of",
        "03 section 4",
        Variant(
            "The weights w_11^2 and w_21^2 lead to the same node. Which number do the slopes of "
            "E_d along both of them contain, by D7?",
            "δ_1^2",
            (
                (
                    "δ_1^1",
                    "the error term in a slope is that of the node at the start of the weight",
                ),
                ("o_1^2", "a slope contains the output at the end of the weight"),
                ("o_1^1", "all weights to a node meet the same output"),
            ),
        ),
        Variant(
            "The weights w_11^2 and w_12^2 start at the same node. Which number do the slopes of "
            "E_d along both of them contain, by D7?",
            "o_1^1",
            (
                (
                    "δ_1^1",
                    "the error term in a slope is that of the node at the start of the weight",
                ),
                ("o_1^2", "a slope contains the output at the end of the weight"),
                ("δ_1^2", "all weights from a node meet the same error term"),
            ),
        ),
        Variant(
            "For one pair input 2 is 0. Which slopes of E_d are 0 for this reason, whatever the "
            "weights are?",
            "those of the weights that start at input 2",
            (
                (
                    "those of the weights to layer 1, without the biases",
                    "a slope contains all inputs of its layer, and not the one at its own start",
                ),
                (
                    "those of the weights and the biases to layer 1",
                    "an input that is 0 stops the learning of its whole layer",
                ),
                (
                    "none, as an input has no error term",
                    "a slope depends on error terms alone, and not on outputs",
                ),
            ),
        ),
    ),
    in_words(
        "δ of an output and its error",
        "03 section 5",
        Variant(
            "E_d is half the square of ŷ − y. With which g_o is δ of the output node equal to ŷ −"
            " y for every pair?",
            "the identity",
            (
                (
                    "the sigmoid",
                    "what holds for the sigmoid with cross-entropy holds with the squared error "
                    "too",
                ),
                ("tanh", "tanh has the slope 1 everywhere, as it has at 0"),
                ("all three of these", "δ is the error ŷ − y"),
            ),
        ),
        Variant(
            "With the squared error, an output node with the sigmoid has the target 1 for two "
            "pairs. It answers 0.1 to the first and 0.5 to the second. For which pair is its δ "
            "larger in size?",
            "the second, where the sigmoid is steeper",
            (
                ("the first, where it is further off", "δ is the error ŷ − y"),
                (
                    "neither, as both have the same target",
                    "δ of an output node depends on its target alone",
                ),
            ),
        ),
        Variant(
            "E_d is half the square of ŷ − y, and for one pair ŷ = y = 0.5. What is δ of the "
            "output node?",
            "0, whatever g_o is",
            (
                (
                    "0 with the identity, otherwise g_o′(a)",
                    "only with the identity is δ made of the error",
                ),
                (
                    "g_o′(a), whatever g_o is",
                    "δ is the slope of the output function, and the error is added to it",
                ),
                ("0.5, whatever g_o is", "what goes back from the output is its answer"),
            ),
        ),
    ),
    in_words(
        "what comes back to a hidden node",
        "03 section 6",
        Variant(
            "A hidden layer of 3 nodes leads on to 2 nodes, over a matrix of weights with the "
            "rows 0 to 3. Which rows take part when δ is carried back to the hidden layer?",
            "the rows 1 to 3",
            (
                ("the rows 0 to 3", "node 0 sends error back too"),
                ("the rows 1 and 2", "a row belongs to a node that the weights lead to"),
                (
                    "the rows 0 to 2",
                    "row 0 belongs to the first node, and the last row holds the biases",
                ),
            ),
        ),
        Variant(
            "For a pair g′(a) is the same number, and not 0, at two hidden nodes. Their weights "
            "to the only output are 0.6 and "
            "−0.6, and the output has a δ that is not 0. How do the two hidden nodes' δ compare?",
            "equal in size, opposite in sign",
            (
                (
                    "equal in size, with the same sign",
                    "an error is shared out by the sizes of the weights",
                ),
                ("0 for the one, and not for the other", "a negative weight lets no error back"),
            ),
        ),
        Variant(
            "A network has one hidden node with tanh, whose weight to the output is 0.5. It gets "
            "a second one, also with the weight 0.5 to the output, which happens to give 0 for a "
            "pair, so that the output's δ stays as it was. What becomes of δ of the first hidden "
            "node for this pair?",
            "it stays as it was",
            (
                (
                    "it falls to a half",
                    "an error is shared out among the nodes, in proportion to their weights",
                ),
                (
                    "it becomes twice as large",
                    "each node of a layer brings further error back to all of them",
                ),
            ),
        ),
    ),
    in_words(
        "what has to be known first",
        "04 section 2",
        Variant(
            "The forward phase of a network with m = 3 is over, and the backward phase begins. "
            "Which of these has to be known before the three others?",
            "δ^3",
            (
                ("δ^1", "the error terms are found from the first layer to the last"),
                ("∂E_d/∂w^3", "the slopes of a layer come before its error terms"),
                ("∂E_d/∂w^1", "the slopes are found in the order of the forward phase"),
            ),
        ),
        Variant(
            "In the backward phase of a network with m = 3, δ^2 has been found. What is still "
            "missing for the slopes of the weights to layer 2?",
            "nothing, as o^1 has been kept",
            (
                (
                    "δ^1, one layer further back",
                    "the error term in a slope is that of the node at the start of the weight",
                ),
                (
                    "o^2, the outputs of layer 2",
                    "a slope contains the output at the end of the weight",
                ),
                ("the new weights to layer 3", "each layer is updated as it is passed"),
            ),
        ),
        Variant(
            "In a network with m = 4 somebody needs the slopes of the weights to layer 3, and no "
            "others. Which error terms have to be computed?",
            "δ^4 and δ^3",
            (
                ("δ^3 alone", "a layer finds its error terms without those of the next one"),
                ("δ^3 and δ^2", "a slope needs the error terms at both ends of its weight"),
                (
                    "δ^4, δ^3, δ^2 and δ^1",
                    "no slope is known before the backward phase has reached the first layer",
                ),
            ),
        ),
    ),
    in_words(
        "what is kept for the way back",
        "04 section 3",
        Variant(
            "A program takes g′ from a, and keeps a and o of its forward phase. For a network "
            "with m = 3, where does its backward phase need o^1?",
            "in the slopes of the weights to layer 2",
            (
                (
                    "in the slopes of the weights to layer 1",
                    "a slope contains the output at the end of the weight",
                ),
                (
                    "in the error terms of layer 2",
                    "error terms are made from the outputs of the layer before",
                ),
                (
                    "in the error terms of the last layer",
                    "δ of the last layer is made from all outputs before it",
                ),
            ),
        ),
        Variant(
            "A program makes the forward phase of one batch and then that of another, with the "
            "same weights. By mistake its backward phase takes a, o and ŷ of the first batch and "
            "the targets of the second, which differ from those of the first. All shapes fit. "
            "What comes out?",
            "the gradient of neither batch",
            (
                (
                    "the gradient of the first batch",
                    "the kept values alone decide what a gradient belongs to",
                ),
                (
                    "the gradient of the second batch",
                    "the targets alone decide what a gradient belongs to",
                ),
                (
                    "the mean of both batches' gradients",
                    "values of two batches, mixed together, stand for both",
                ),
            ),
        ),
        Variant(
            "A program has moved the weights and wants the next gradient. It still has a and o of"
            " its last forward phase. Which step comes next?",
            "S1, with the new weights",
            (
                (
                    "S2, with the new weights",
                    "only the weights have to be new, and the kept values go on being valid",
                ),
                (
                    "S1, with the old weights",
                    "a gradient belongs to the weights before the last step",
                ),
                ("S2, with the old weights", "the kept values give a new gradient once more"),
            ),
        ),
    ),
    in_words(
        "backpropagation and gradient descent",
        "04 section 4",
        Variant(
            "A program finds every slope by nudging, and then changes each weight by −α times its"
            " slope. What does it use?",
            "gradient descent, and no backpropagation",
            (
                (
                    "backpropagation, and no gradient descent",
                    "finding slopes is backpropagation, in whatever way they are found",
                ),
                ("gradient descent and backpropagation", "the two are the same thing"),
                (
                    "neither gradient descent nor backpropagation",
                    "gradient descent needs slopes that backpropagation has found",
                ),
            ),
        ),
        Variant(
            "Two programs begin at the same θ and make one iteration with the same pairs, one "
            "with α = 0.1 and the other with α = 0.5. How do the gradients that they find "
            "compare?",
            "they are equal to each other",
            (
                ("the second is five times as long", "α is a part of the gradient"),
                ("the second is less exact", "a larger α makes the slopes rougher"),
                ("the first is five times as long", "the gradient makes up for a small α"),
            ),
        ),
        Variant(
            "Somebody wants to know ∂E/∂w of every weight of a trained network over all its "
            "pairs, and will move no weight. Which of the four steps does this take?",
            "S1, S2 and S3",
            (
                ("S1, S2, S3 and S4", "a gradient is not complete until the weights have moved"),
                ("S2 and S3", "a trained network needs no forward phase before the backward one"),
                ("S4 alone", "finding slopes is gradient descent"),
            ),
        ),
    ),
    in_words(
        "shapes on the way back",
        "04 section 2",
        Variant(
            "A network with 6 inputs, 4 hidden nodes and 2 outputs takes 30 pairs at once. What "
            "is the shape of δ^1, the error terms of its hidden layer?",
            "(30, 4)",
            (
                ("(30, 5)", "node 0 of a hidden layer has an error term too"),
                ("(4, 2)", "an error term belongs to a weight"),
                ("(4, 30)", "each pair has a column, and each node a row"),
            ),
        ),
        Variant(
            "A network with 6 inputs, 4 hidden nodes and 2 outputs takes 30 pairs at once. What "
            "is the shape of the gradient of layer 1, ∂E/∂w^1, with the biases?",
            "(7, 4)",
            (
                ("(4, 7)", "a row belongs to a node that the weights lead to"),
                ("(7, 5)", "weights lead to node 0 of a hidden layer too"),
                ("(30, 4)", "a gradient has a row for each pair"),
            ),
        ),
        Variant(
            "For 8 pairs and one output ŷ has the shape (8, 1), and y was read as a row of the "
            "shape (8,). NumPy repeats the column and the row until they fit each other. What is "
            "the shape of ŷ − y?",
            "(8, 8)",
            (
                ("(8, 1)", "NumPy turns a row into a column where that is what was meant"),
                ("(8,)", "a row and a column of the same numbers are the same array"),
                ("(1, 8)", "the row decides, and the column is turned"),
            ),
        ),
    ),
    in_words(
        "what a falling error shows",
        "05 section 4",
        Variant(
            "A program's E falls in each of its first 100 iterations, from 0.81 to 0.13. What has"
            " this shown?",
            "that its steps went downhill",
            (
                ("that its gradient is right", "a wrong gradient does not train"),
                (
                    "that its gradient is right, apart from its length",
                    "a gradient trains if it has the right direction, and only then",
                ),
                (
                    "that its network can solve the task",
                    "most of the task is learned in the first fall",
                ),
            ),
        ),
        Variant(
            "Two programs train the same network from the same start, with the same α. One has "
            "the right gradient, the other a wrong one. After 100 iterations E is smaller in "
            "program A. Whose gradient is right?",
            "that is open, as E can fall in both",
            (
                (
                    "that of A, as its E is smaller",
                    "the right gradient trains faster than a wrong one",
                ),
                (
                    "that of B, as A's steps are too long",
                    "a fast fall is evidence of slopes that are too large",
                ),
            ),
        ),
        Variant(
            "The cosine of the angle between a wrong gradient and the right one is 0.7. A very "
            "short step is made against the wrong one. What does E do, compared with a step of "
            "the same length against the right one?",
            "it falls by less",
            (
                ("it falls by as much", "each gradient that leads downhill does so equally fast"),
                ("it rises instead", "a step against a wrong gradient leads uphill"),
            ),
        ),
    ),
    in_words(
        "inputs that were left out",
        "05 section 8",
        Variant(
            "A network with the identity at its output has learned its 200 pairs, with E = 10^−8."
            " What does this say about its answer to an input that is not among them?",
            "it can be far from the target",
            (
                ("it is off by about 10^−4", "E over the pairs holds for other inputs as well"),
                (
                    "it is close to the mean of the targets",
                    "a network has nothing to say about what it has not learned",
                ),
            ),
        ),
        Variant(
            "You want to know how well a trained network answers what it has not seen. What do "
            "you compute?",
            "E over pairs that were kept back from the training",
            (
                (
                    "E over the training pairs, after more iterations",
                    "the better the training pairs are fitted, the better the rule is known",
                ),
                (
                    "E over the training pairs, for several starts",
                    "if several starts fit the pairs, they have found the rule",
                ),
                (
                    "the largest slope at the end of training",
                    "small slopes at the end mean that the rule has been found",
                ),
            ),
        ),
        Variant(
            "Two networks of the same form, with the identity at the output, were trained from "
            "two starts. Both answer each training pair within 0.001 of its target. By how much "
            "can their answers to another input differ?",
            "by far more than 0.002",
            (
                ("by 0.002 at most", "what holds for the pairs holds for other inputs as well"),
                (
                    "by less and less with more training",
                    "more training brings every start to the same network",
                ),
            ),
        ),
    ),
    in_words(
        "how small a nudge should be",
        "06 section 3",
        Variant(
            "A slope of the running example is found by central differences in 16 digits, with h "
            "= 10^−3, 10^−5 and 10^−13. Which of the three is off most?",
            "the one with 10^−13",
            (
                ("the one with 10^−3", "a smaller nudge is a better one"),
                ("the one with 10^−5", "where the two errors are equal, h is at its worst"),
                ("none, as they agree to rounding", "every small nudge gives all digits"),
            ),
        ),
        Variant(
            "Below h = 10^−6 a central difference in 16 digits becomes worse, the smaller h is. "
            "What is the reason?",
            "the subtraction leaves fewer digits",
            (
                (
                    "the bend of E counts for more and more",
                    "what is off because of the bend grows when h shrinks",
                ),
                (
                    "the computer takes so small an h for 0",
                    "the limit is the smallest number of the computer",
                ),
                (
                    "the formula for the slope is rounded",
                    "the nudge is exact, and what is judged by it is not",
                ),
            ),
        ),
        Variant(
            "A central difference is to be computed in single precision, with some 7 digits, and "
            "not in double precision, with some 16. What becomes of"
            " the best h?",
            "it becomes larger",
            (
                ("it becomes smaller", "rougher numbers need a finer nudge"),
                (
                    "it stays as it is",
                    "the best h depends on E alone, and not on the digits of a number",
                ),
            ),
        ),
    ),
    in_words(
        "how close is close enough",
        "06 section 5",
        Variant(
            "By the complex step with h = 10^−20, in 16 digits, one of the larger slopes of a "
            "gradient is off by 1 % of itself. What does this come from?",
            "a mistake in the backward phase",
            (
                (
                    "rounding in the backward phase",
                    "two digits are what a right formula can agree to",
                ),
                (
                    "rounding in the nudge",
                    "a small h costs digits in the complex step, as it does in a difference",
                ),
                (
                    "a nudge that has left out the bend",
                    "what the complex step leaves over is no smaller than that of a difference",
                ),
            ),
        ),
        Variant(
            "The cosine of the angle between a program's gradient and the nudged one is 0.999. "
            "What does this say about its slopes?",
            "single ones can be off by several per cent",
            (
                (
                    "they are right but for their last digits",
                    "a gradient is right if it points the right way",
                ),
                (
                    "they are right but for a factor that all share",
                    "with such a cosine only the length can be wrong",
                ),
                (
                    "each of them is off by about 0.1 % of itself",
                    "the cosine says by how much each slope is off",
                ),
            ),
        ),
        Variant(
            "A checker divides the largest difference of all slopes by the largest slope and "
            "finds 10^−7. Which slope could be off by half of itself all the same?",
            "one that is a billionth of the largest",
            (
                (
                    "one that is a hundredth of the largest",
                    "a difference beside the largest slope says nothing about any smaller one",
                ),
                (
                    "one that is as large as the largest",
                    "a single slope counts for little among many",
                ),
                (
                    "none of them, whatever their sizes",
                    "what is small beside the largest slope is small beside each",
                ),
            ),
        ),
    ),
    in_words(
        "what a passed check says",
        "06 section 7",
        Variant(
            "These cases have random weights and biases, and layers of different widths. Which of"
            " them hides least from a gradient check?",
            "5 pairs and 2 outputs with tanh",
            (
                (
                    "1 pair and 2 outputs with tanh",
                    "one pair shows what several would show, since all follow the same formulas",
                ),
                ("5 pairs and 1 output with tanh", "one output shows what several would show"),
                (
                    "5 pairs and 2 outputs with the identity",
                    "an output function with the slope 1 shows as much as any other",
                ),
            ),
        ),
        Variant(
            "A program leaves the last pair out of its E by mistake, and its backward phase gives "
            "the gradient of this E without a further slip. What does a check that nudges this E"
            " say?",
            "passed, as it compares with this same E",
            (
                (
                    "NOT passed, as a nudge finds the right E",
                    "a nudge knows what E should have been",
                ),
                (
                    "NOT passed, as the last pair is missing",
                    "a check looks at the pairs, and not at E alone",
                ),
                (
                    "passed, as one pair makes little difference",
                    "a check lets small differences through",
                ),
            ),
        ),
        Variant(
            "A check of the reference network, which has a single output with the identity, has "
            "passed. Which of these slips can the program contain all the same?",
            "g_o′ is left out",
            (
                ("g′ is left out", "a check does not see into the hidden layer"),
                (
                    "g′ is taken at o",
                    "a wrong gradient that nearly points the right way passes a check",
                ),
                ("1/N is left out", "a gradient that is only scaled passes a check"),
            ),
        ),
    ),
    in_words(
        "what a slice shows",
        "07 section 5",
        Variant(
            "A picture shows E over two of 16 weights, with the others held still. Its lowest "
            "point lies in its middle. What is certain at this point?",
            "two of the 16 slopes are 0",
            (
                ("each of the 16 slopes is 0", "a minimum of a slice is a minimum"),
                ("no other θ gives a smaller E", "a picture of E shows its lowest point of all"),
                (
                    "E rises, whichever weights are moved",
                    "a hollow in a slice has walls on all sides",
                ),
            ),
        ),
        Variant(
            "In a picture of E over two of 16 weights the lowest value is 0.15. Which smallest "
            "value is this?",
            "of E while the other 14 weights are held still",
            (
                ("of E over all values of the 16 weights", "a slice is the surface"),
                (
                    "of E along a training of the 16 weights",
                    "a picture of E shows what a training passes through",
                ),
                (
                    "of E after a training of the 16 weights",
                    "a training ends at the lowest point of the picture",
                ),
            ),
        ),
        Variant(
            "A training of all 16 weights, with a small α, is drawn as a path on a slice whose 14 "
            "other weights have their trained values. On one stretch the path climbs. Why is "
            "that no evidence that E of the training rises?",
            "the slice has other weights than the training has",
            (
                (
                    "the slice has other pairs than the training has",
                    "the E of a picture belongs to other data",
                ),
                (
                    "the slice has slopes where the training has values",
                    "the height in a picture is a slope",
                ),
                (
                    "the slice was drawn after the training had ended",
                    "what a picture shows depends on when it is drawn",
                ),
            ),
        ),
    ),
    in_words(
        "what becomes of δ in many layers",
        "08 section 3",
        Variant(
            "In a network with fifteen layers of sigmoids, δ of layer 1 is less than a millionth "
            "of δ of layer 15. Which of these numbers makes it so small beside the other one?",
            "the number of layers in between",
            (
                (
                    "the number of weights in the network",
                    "deeper is harder only because there are more weights",
                ),
                (
                    "the size of the error at the output",
                    "δ of the first layers is small because little is wrong",
                ),
                ("the number of pairs in the mean", "a mean over many pairs makes δ small"),
            ),
        ),
        Variant(
            "In a deep network δ of layer 1 is a millionth of δ of the last hidden layer. What "
            "does this say?",
            "the weights to layer 1 learn very slowly",
            (
                (
                    "the weights to layer 1 are nearly right",
                    "a small δ means that little is wrong with the node",
                ),
                ("E has come close to a minimum", "small slopes mean a minimum"),
            ),
        ),
        Variant(
            "The sums a of a layer of sigmoids lie near 20 for all pairs, and the weights that "
            "lead on from it are near 1. What becomes of δ on its way back through this layer?",
            "next to nothing of it is left",
            (
                (
                    "about a quarter of it is left",
                    "a sigmoid takes away three quarters of δ, wherever its a is",
                ),
                (
                    "it arrives about as large as it was",
                    "a node that is fully on passes δ on undiminished",
                ),
                (
                    "it becomes about 20 times as large",
                    "δ is multiplied by the sum of a node, and not by its slope",
                ),
            ),
        ),
    ),
    in_words(
        "what a hidden node has learned",
        "09 section 5",
        Variant(
            "A network learns to read digits, from random weights. One pixel is 0 in every "
            "picture that it learns from. What is the weight from this pixel to a hidden node "
            "after the training?",
            "what it was at the start",
            (
                ("0, as the pixel is of no use", "training takes away what is of no use"),
                ("about what its neighbours are", "pixels that lie side by side learn alike"),
                (
                    "below 0, as no ink is wanted there",
                    "a pixel that is empty in all pictures teaches the node that it should be "
                    "empty",
                ),
            ),
        ),
        Variant(
            "The weights from the pixels to a hidden node are drawn as a picture: above 0 at the "
            "top, below 0 underneath. What does this picture show?",
            "which pixels raise the node's sum",
            (
                ("which digit the node stands for", "a hidden node is an expert for one digit"),
                (
                    "what the node was told to find",
                    "somebody told the hidden node what to look for",
                ),
                (
                    "which digits the node answers to most",
                    "the weights alone say what a node does in its work",
                ),
            ),
        ),
        Variant(
            "A hidden node of a trained network answers to slanted strokes. You want to know "
            "whether this feature belongs to the task or to chance. What do you look at?",
            "networks trained from other starts",
            (
                (
                    "the same network after more updates",
                    "what is left after a long training is not there by chance",
                ),
                (
                    "the other hidden nodes of the network",
                    "a feature that the neighbours share is not there by chance",
                ),
                (
                    "its share of new digits that are right",
                    "a network that reads well must have found the task's own features",
                ),
            ),
        ),
    ),
    in_words(
        "where backpropagation saves work",
        "10 section 2",
        Variant(
            "Adding up the paths one by one gives the same δ as backpropagation, with far more "
            "work. Where does backpropagation save it?",
            "it uses the δ of the next layer again",
            (
                ("it has a formula in place of nudges", "the clever part is the calculus"),
                ("it leaves out paths that add little", "backpropagation gives an approximation"),
                (
                    "it takes all pairs in one product",
                    "the work is the same, and only the calls are fewer",
                ),
            ),
        ),
        Variant(
            "A program uses A1 to A3 and no nudges, but for the slopes of each layer it begins at"
            " the output anew. In what does it differ from backpropagation?",
            "in its work, and not in its result",
            (
                (
                    "in its result, and not in its work",
                    "the chain rule holds only where the δ of the next layer is used",
                ),
                (
                    "in its work and in its result",
                    "what is computed in another order comes out differently",
                ),
                (
                    "in neither its work nor its result",
                    "the formulas decide what a computation costs",
                ),
            ),
        ),
        Variant(
            "A network whose layers have ten nodes each, with one output, gets one more hidden "
            "layer of ten. What becomes of the number of paths from a node of layer 1 to the "
            "output, and of the multiplications in a backward phase?",
            "ten times the paths, one layer's products more",
            (
                (
                    "ten times the paths, ten times the products",
                    "backpropagation follows every path",
                ),
                ("ten paths more, one layer's products more", "the choices in the layers add up"),
                (
                    "ten paths more, ten times the products",
                    "the paths add up, and each layer makes a walk of its own for every node",
                ),
            ),
        ),
    ),
    in_words(
        "what a small step on a GPU waits for",
        "11 section 3",
        Variant(
            "A training step of a very small network was timed on a GPU and took some 25 times "
            "as long as on the processor. What did most of that time go to?",
            "starting its many small steps",
            (
                ("doing the arithmetic", "a GPU computes more slowly on few numbers"),
                ("copying the weights", "weights travel to the GPU and back in every step"),
            ),
        ),
        Variant(
            "On a GPU a training step takes about a millisecond with 4 nodes in each layer, and "
            "about as long with 64. What is alike in the two steps, so that they take equally "
            "long?",
            "how many orders they take",
            (
                ("how many numbers they multiply", "time is arithmetic"),
                ("how many bytes they fill", "the time goes into the memory that the arrays take"),
                (
                    "how many units they keep busy",
                    "the units of a GPU are all at work, whatever there is to do",
                ),
            ),
        ),
        Variant(
            "The training step of a small network is to become faster on a GPU. Which of these "
            "helps most?",
            "fewer calls in each step",
            (
                ("fewer nodes in each layer", "the time goes into the arithmetic of the nodes"),
                ("fewer pairs in each batch", "the time goes into the arithmetic of the pairs"),
                ("fewer digits in each number", "the time goes into the digits of the numbers"),
            ),
        ),
    ),
    in_words(
        "when a slope may be passed on",
        "12 section 3",
        Variant(
            "In reverse mode a value is used in three places. When does it pass its slope on to "
            "its parents?",
            "once, after the third contribution",
            (
                ("once, after the first contribution", "the first contribution is the whole slope"),
                (
                    "three times, once for each contribution",
                    "adding cures everything, in whatever order the values are met",
                ),
                (
                    "once, after its number is computed",
                    "slopes are passed on in the order of the forward phase",
                ),
            ),
        ),
        Variant(
            "In the backward phase of a network, what makes sure that δ of a node is complete "
            "before it is carried further back?",
            "layer k + 1 is done before layer k",
            (
                (
                    "the weights are moved after all slopes",
                    "what keeps the slopes of one θ together also completes a sum over paths",
                ),
                ("a and o are kept until they are used", "what has been remembered is complete"),
                (
                    "the slopes are divided by N at the end",
                    "a sum over paths and a mean over pairs are the same thing",
                ),
            ),
        ),
        Variant(
            "A program adds up the contributions to the slope of a value, but passes the slope "
            "that it has so far on to the parent each time that a contribution arrives. The value"
            " gets two. What has the parent received in the end?",
            "the first twice and the second once",
            (
                ("the first once and the second twice", "what arrives last counts twice"),
                (
                    "the first once and the second once",
                    "adding cures everything, in whatever order the values are met",
                ),
                ("the first once, and not the second", "what arrives late is lost"),
            ),
        ),
    ),
]
