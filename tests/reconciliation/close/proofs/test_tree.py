"""The tree: every leaf leads to the root from its own place, and from no other."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from reconciliation.close.proofs.tree import Tree, leaf_hash

SEED = b"s" * 32


def climb(digest: bytes, place: int, path: list[bytes]) -> bytes:
    """Return the root a leaf leads to, worked out by hand."""
    for height, beside in enumerate(path):
        is_right = (place >> height) % 2 == 1
        both = beside + digest if is_right else digest + beside
        digest = hashlib.sha256(b"\x01" + both).digest()
    return digest


@given(texts=st.lists(st.text(max_size=4), max_size=40), width=st.sampled_from([1, 2, 16, 64]))
def test_every_leaf_leads_to_the_root(texts: list[str], width: int) -> None:
    leaves = [leaf_hash(SEED, text) for text in texts]

    tree = Tree(leaves, seed=SEED, width_min=width)

    for place, leaf in enumerate(leaves):
        path = tree.path(place)
        assert climb(leaf, place, path) == tree.root
        if path:
            assert climb(leaf, place ^ 1, path) != tree.root or path[0] == leaf
    assert 1 << len(tree.path(0)) >= max(len(leaves), width)


def test_a_leaf_a_node_and_an_empty_place_never_pass_for_each_other() -> None:
    left, right = leaf_hash(SEED, "a"), leaf_hash(SEED, "b")

    assert Tree([left, right], seed=SEED).root != leaf_hash(left, right.hex())
    assert Tree([left], seed=SEED).root == left
    assert Tree([left], seed=SEED, width_min=2).root != Tree([left, left], seed=SEED).root


def test_how_many_leaves_there_are_is_not_to_be_seen() -> None:
    few = Tree([leaf_hash(SEED, "a")], seed=SEED, width_min=256)
    many = Tree([leaf_hash(SEED, str(n)) for n in range(200)], seed=SEED, width_min=256)

    assert len(few.path(0)) == len(many.path(0)) == 8
    assert len(set(few.path(0))) == 8
