"""Is a text what LightGBM writes? LightGBM follows what it reads unchecked, and a damaged text ends the process."""

import math
import re

NODES = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child")
LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
INNER = ("internal_value", "internal_weight", "internal_count")
PER_INPUT = ("feature_names", "feature_infos", "monotone_constraints")
INDICES = ("split_feature", "decision_type", "left_child", "right_child")
NUMBER = re.compile(r"-?([0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?|inf|nan)")
WHOLE = re.compile(r"-?[0-9]{1,9}")
CATEGORICAL = 1  # the bit of decision_type


def _lines(*names: str) -> str:
    return "".join(rf"{name}=(?P<{name}>[^\n]*)\n" for name in names)


HEAD = re.compile(
    r"tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
    + _lines("max_feature_idx", "objective", "feature_names")
    + rf"({_lines('monotone_constraints')})?"
    + _lines("feature_infos", "tree_sizes")
    + r"\n"
)
TREE = re.compile(
    r"Tree=(?P<number>[0-9]+)\nnum_leaves=(?P<num_leaves>[0-9]+)\nnum_cat=0\n"
    + _lines(*NODES, *LEAVES, *INNER)
    + r"is_linear=0\nshrinkage=[0-9.e-]+\n\n\n"
)
TAIL = re.compile(
    r"end of trees\n\nfeature_importances:\n(\S+=[0-9]+\n)*\nparameters:\n(\[\w+: [^\n]*\]\n)*\nend of parameters\n"
    r"(\npandas_categorical:(null|\[\])\n)?"
)


def check_trees(text: str, inputs: int) -> None:
    """A ValueError where a text is not LightGBM's (version 4) of numeric, binary trees on so many inputs.

    Every index must lie within its tree, and every node be reached once.
    """
    head = HEAD.match(text)
    if not head:
        raise ValueError("model.txt does not begin as a LightGBM model does")
    given = [
        len(head[name].split()) for name in ("feature_names", "feature_infos", "monotone_constraints") if head[name]
    ]
    if head["max_feature_idx"] != str(inputs - 1) or set(given) != {inputs}:
        raise ValueError(f"the trees are not made for {inputs} columns")
    at = head.end()
    for number, size in enumerate(_numbers(head["tree_sizes"], WHOLE)):
        tree = TREE.match(text, at)
        if not tree or tree["number"] != str(number) or len(tree[0].encode()) != size:
            raise ValueError(f"tree {number} is not where model.txt says, or not complete")
        _check_tree(tree, inputs)
        at = tree.end()
    if not TAIL.fullmatch(text, at):
        raise ValueError("model.txt does not end as a LightGBM model does")


def _check_tree(tree: re.Match[str], inputs: int) -> None:
    values = {n: _numbers(tree[n], WHOLE if n in INDICES else NUMBER) for n in (*NODES, *LEAVES, *INNER)}
    leaves = len(values["leaf_value"])
    lone = leaves == 1  # of a tree without a split, the weight of its leaf is left out
    sizes = {**dict.fromkeys((*NODES, *INNER), leaves - 1), **dict.fromkeys(LEAVES, leaves)}
    if tree["num_leaves"] != str(leaves) or any(len(values[n]) != k and not lone for n, k in sizes.items()):
        raise ValueError("a tree has nodes or leaves of which something is missing")
    if any(map(math.isnan, values["threshold"])) or not all(map(math.isfinite, values["leaf_value"])):
        raise ValueError("a tree has a value that is no number")
    _check_nodes({name: [int(value) for value in values[name]] for name in INDICES}, leaves, inputs)


def _check_nodes(of: dict[str, list[int]], leaves: int, inputs: int) -> None:
    """A child is a later node, or leaf k written as -1 - k; the root is nobody's child, all others are one's."""
    if any(not 0 <= feature < inputs for feature in of["split_feature"]):
        raise ValueError("a tree splits on a column that is not there")
    if any(not 0 <= kind < 16 or kind & CATEGORICAL for kind in of["decision_type"]):
        raise ValueError("a tree splits in a way that is never fitted here")
    pairs = list(zip(of["left_child"], of["right_child"], strict=True))
    reached = sorted(child for pair in pairs for child in pair)
    if reached != ([*range(-leaves, 0), *range(1, leaves - 1)] if leaves > 1 else []):
        raise ValueError("the nodes of a tree do not make a tree")
    if any(0 <= child <= node for node, pair in enumerate(pairs) for child in pair):
        raise ValueError("the nodes of a tree go round in a circle")


def _numbers(text: str, form: re.Pattern[str]) -> list[float]:
    words = text.split(" ") if text else []
    if not all(form.fullmatch(word) for word in words):
        raise ValueError("model.txt has a word where a number belongs")
    return [float(word) for word in words]
