"""The topic that a person means is found, by any of its names, and what is below it belongs to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.topics.tree import Topic, TopicTree, UnknownTopic, topic_key, topic_named

AZURE = Topic("azure", "Azure", "Azure", ("#azure",), None)
DATA = Topic("data-services", "Data services", "Data", ("#DataServices", "#DB"), "azure")
SQL = Topic("sql", "SQL Database", "SQL", (), "data-services")
TREE = TopicTree((AZURE, DATA, SQL))


@pytest.mark.parametrize(
    "text",
    ["data-services", "Data Services", "DATA_SERVICES", "data", "#dataservices", "#db", "DB", " data  services "],
)
def test_a_topic_is_found_by_slug_name_short_name_and_hashtag_in_any_dress(text: str) -> None:
    assert TREE.find(text) == DATA


def test_a_near_miss_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownTopic, match="no topic 'data servces'") as caught:
        TREE.find("data servces")
    assert caught.value.text == "data servces"
    assert caught.value.nearest[0] == "Data services"
    assert len(set(caught.value.nearest)) == len(caught.value.nearest) <= 3


@pytest.mark.parametrize("text", ["", "#", " - ", "qqqq"])
def test_a_text_like_no_name_has_no_nearest(text: str) -> None:
    with pytest.raises(UnknownTopic) as caught:
        TREE.find(text)
    assert caught.value.nearest == ()


def test_a_parent_includes_what_is_below_it() -> None:
    assert set(TREE.keys(AZURE)) == {"azure", "dataservices", "data", "db", "sqldatabase", "sql"}
    assert set(TREE.keys(SQL)) == {"sqldatabase", "sql"}


def test_parents_come_before_children_and_know_how_deep_they_are() -> None:
    tree = TopicTree((SQL, topic_named("Other"), DATA, AZURE))
    assert [(topic.slug, tree.depth(topic)) for topic in tree] == [
        ("other", 0),
        ("azure", 0),
        ("data-services", 1),
        ("sql", 2),
    ]


def test_of_two_topics_with_a_name_in_common_the_slug_goes_before_the_name_and_that_before_the_rest() -> None:
    named = Topic("one", "Cloud", "Net", ("#web",), None)
    slugged = Topic("cloud", "Two", "Web", ("#net",), None)
    tree = TopicTree((named, slugged))
    assert tree.find("cloud") == slugged
    assert tree.find("net") == named
    assert tree.find("web") == slugged


def test_topics_of_articles_stand_behind_the_tree() -> None:
    tree = TREE.joined_by({"sql": "SQL", "quantum": "Quantum", "edge2": "Edge 2"})
    assert [topic.name for topic in tree] == ["Azure", "Data services", "SQL Database", "Edge 2", "Quantum"]
    assert tree.find("edge-2") == Topic("edge-2", "Edge 2", "Edge 2", (), None)
    assert [topic.name for topic in tree if not tree.has_file(topic)] == ["Edge 2", "Quantum"]


@given(st.text())
def test_a_topic_of_articles_is_found_by_its_own_slug(name: str) -> None:
    tree = TopicTree().joined_by({topic_key(name): name} if topic_key(name) else {})
    for topic in tree:
        assert tree.find(topic.slug) == tree.find(name) == topic
