"""What pydantic finds is told in our words, also what it may find one day."""

from bot.settings.wording import Fault, fault, path_text


def test_an_error_of_a_kind_unknown_is_told_in_its_own_words() -> None:
    error = {"type": "new_kind", "loc": ("a", 0, "b"), "input": 5, "msg": "Input should be Odd"}
    assert fault(error, {"a": [{"b": 5}]}, lambda _: ()) == Fault(("a", 0, "b"), "5: input should be odd")


def test_a_place_that_is_not_in_the_data_is_left_out() -> None:
    error = {"type": "int_type", "loc": ("a", "#union", 0, "[key]"), "input": "x", "msg": ""}
    assert fault(error, {"a": "x"}, lambda _: ()) == Fault(("a",), "'x' is not a whole number")


def test_a_key_far_from_every_known_one_has_no_nearest() -> None:
    error = {"type": "extra_forbidden", "loc": ("zzz",), "input": 1, "msg": ""}
    assert fault(error, {"zzz": 1}, lambda _: ("archive",)) == Fault(("zzz",), "is no setting")


def test_a_path_is_written_as_one_would_say_it() -> None:
    assert path_text(("digests", "ai", "to", 0, "thread")) == "digests.ai.to[0].thread"
    assert path_text(()) == ""
