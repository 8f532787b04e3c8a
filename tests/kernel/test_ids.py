"""Ids keep the order in which they were made and carry their version."""

from transactional.kernel.ids import derived_id, new_id


def test_ids_grow_and_never_repeat() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_says_that_it_is_version_7() -> None:
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_a_derived_id_depends_on_its_parts_only() -> None:
    assert derived_id("order", 1) == derived_id("order", 1) != derived_id("order", 2)
    assert derived_id("a", "bc") != derived_id("ab", "c")
