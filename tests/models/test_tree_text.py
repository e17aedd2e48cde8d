"""Damaged and hostile trees are refused before LightGBM sees them: it would end the process, or read past its own."""

import re

import numpy as np
import pytest

from leadline.models.lightgbm_model import fit_trees
from leadline.models.tree_text import check_trees

RANDOM = np.random.default_rng(2)
X = RANDOM.normal(size=(200, 2))
Y = (X[:, 0] > 0).astype(float)
TREES = fit_trees(X, Y, np.zeros(200), (1, 0), rounds=5, seed=3)


def with_sizes(text: str) -> str:
    """The text with the sizes of its trees put right, as whoever means harm would."""
    trees = re.split(r"(?=^Tree=\d)", text[: text.index("end of trees")], flags=re.MULTILINE)[1:]
    return re.sub(r"tree_sizes=.*", "tree_sizes=" + " ".join(str(len(tree.encode())) for tree in trees), text)


def changed(pattern: str, by: str) -> str:
    text = with_sizes(re.sub(pattern, by, TREES, count=1))
    assert text != TREES
    return text


@pytest.mark.parametrize("rounds", [1, 300])
@pytest.mark.parametrize("directions", [(1, -1), (0, 0)])
@pytest.mark.parametrize("y", [Y, np.zeros(200), (np.arange(200) == 7).astype(float)], ids=["both", "none", "one"])
def test_what_lightgbm_writes_is_let_through(y: np.ndarray, directions: tuple[int, ...], rounds: int) -> None:
    gaps = np.where(RANDOM.random(X.shape) < 0.3, np.nan, X * 1e6)
    check_trees(fit_trees(gaps, y, np.zeros(200), directions, rounds, seed=1), 2)


HOSTILE = {
    "a child beyond the tree": (r"left_child=-1", "left_child=100000"),
    "a leaf beyond the tree": (r"right_child=1 2 -4 -5", "right_child=1 2 -4 -500000"),
    "a circle": (r"left_child=-1 -2 3 -3", "left_child=-1 -2 3 1"),
    "a circle apart": (r"left_child=-1 -2 3 -3\nright_child=1 2 -4 -5", "left_child=-1 2 3 1\nright_child=-2 -3 -4 -5"),
    "a node of its own": (r"left_child=-1 -2 3 -3", "left_child=0 -2 3 -3"),
    "a leaf reached twice": (r"left_child=-1 -2 3 -3", "left_child=-1 -1 3 -3"),
    "a column that is not there": (r"split_feature=1", "split_feature=99999999"),
    "a column before the first": (r"split_feature=1", "split_feature=-1"),
    "leaves without number": (r"num_leaves=5", "num_leaves=2000000000"),
    "less than no leaves": (r"num_leaves=5", "num_leaves=-5"),
    "a value too few": (r"leaf_value=\S+ ", "leaf_value="),
    "a value that is none": (r"leaf_value=\S+", "leaf_value=nan"),
    "a value without end": (r"leaf_value=\S+", "leaf_value=1e999"),
    "a threshold that is none": (r"threshold=\S+", "threshold=nan"),
    "a word": (r"threshold=\S+", "threshold=__import__('os')"),
    "digits of another script": (r"split_feature=1", "split_feature=١"),
    "categories": (r"num_cat=0", "num_cat=1000000"),
    "a split by category": (r"decision_type=2", "decision_type=1"),
    "lines in leaves": (r"is_linear=0", "is_linear=1"),
    "a line lost": (r"num_cat=0\n", ""),
    "a line more": (r"num_cat=0\n", "num_cat=0\ncat_threshold=9 9 9\n"),
    "a line twice": (r"num_leaves=5\n", "num_leaves=5\nnum_leaves=9\n"),
    "classes without number": (r"num_class=1", "num_class=1000000000"),
    "columns without number": (r"max_feature_idx=1", "max_feature_idx=1000000000"),
    "a direction too few": (r"monotone_constraints=1 0", "monotone_constraints=1"),
    "a name too few": (r"feature_names=\S+ ", "feature_names="),
    "another version": (r"version=v4", "version=v3"),
    "no end": (r"end of parameters[\s\S]*", ""),
    "a zero byte": (r"Tree=1", "Tree=1\0"),
}


@pytest.mark.parametrize(("pattern", "by"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_lightgbm_would_follow_unchecked_is_refused(pattern: str, by: str) -> None:
    with pytest.raises(ValueError):
        check_trees(changed(pattern, by), 2)


@pytest.mark.parametrize("sizes", ["99999999 5 5 5 5", "-569 361 671 363 673", "", "569 361 671 363", "569 361"])
def test_trees_must_lie_where_the_header_says(sizes: str) -> None:
    with pytest.raises(ValueError, match=r"not where|does not end"):
        check_trees(re.sub(r"tree_sizes=.*", f"tree_sizes={sizes}", TREES), 2)


@pytest.mark.parametrize("share", np.linspace(0, 0.99, 23))
def test_a_text_cut_short_is_refused(share: float) -> None:
    with pytest.raises(ValueError):
        check_trees(TREES[: int(share * TREES.index("end of parameters"))], 2)


def test_trees_are_of_as_many_columns_as_the_model() -> None:
    check_trees(TREES, 2)
    for inputs in (0, 1, 3):
        with pytest.raises(ValueError, match=f"not made for {inputs} columns"):
            check_trees(TREES, inputs)
