"""A folder of topic files becomes a tree, whatever is wrong with some of them."""

import os
from pathlib import Path

import pytest

from digests.article import Problem
from digests.topics.files import load
from digests.topics.tree import Topic


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_file_becomes_a_topic(tmp_path: Path) -> None:
    text = '_id: cds\nname: Common Data Service\nshortname: CDS\nhashtags:\n  - "#CDS #Dataverse"\n  - data\n  - "#"\n'
    tree, problems = load(write(tmp_path, a=text))
    assert list(tree) == [Topic("cds", "Common Data Service", "CDS", ("#CDS", "#Dataverse", "#data"), None)]
    assert problems == ()


def test_a_parent_is_known_by_its_name_or_its_slug(tmp_path: Path) -> None:
    tree, problems = load(
        write(
            tmp_path,
            a="_id: top\nname: The Top\n",
            b="_id: middle\nname: Middle\nparent: The Top\n",
            c="_id: bottom\nname: Bottom\nparent: middle\n",
        )
    )
    assert [(topic.slug, topic.parent) for topic in tree] == [("top", None), ("middle", "top"), ("bottom", "middle")]
    assert problems == ()


def test_topics_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no topic", encoding="utf-8")
    tree, _ = load(write(tmp_path, b="_id: a\n", a="name: B\n", c="_id: 5\n"))
    assert [(topic.slug, topic.name) for topic in tree] == [("b", "B"), ("a", "a"), ("5", "5")]


def test_a_folder_that_is_not_there_holds_no_topics(tmp_path: Path) -> None:
    tree, problems = load(tmp_path / "nothing")
    assert (list(tree), problems) == ([], ())


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("_id: a\nname: [\n", 3, None),
        ("- a\n", None, "not a mapping"),
        ("_id: ''\nname: '#'\n", None, "neither _id nor name"),
        ("_id: [a]\nkeywords: [a]\n", None, "neither _id nor name"),
    ],
)
def test_a_bad_file_is_a_problem_and_the_others_go_on(
    tmp_path: Path, text: str, line: int | None, reason: str | None
) -> None:
    tree, problems = load(write(tmp_path, bad=text, good="_id: good\n"))
    assert [topic.slug for topic in tree] == ["good"]
    assert [(problem.file, problem.line) for problem in problems] == [("_data/topics/bad.yaml", line)]
    assert reason in {None, problems[0].reason}


def test_a_file_that_is_no_text_or_no_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bytes.yml").write_bytes(b"_id: a\xff\n")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "gone")
    tree, problems = load(tmp_path)
    assert list(tree) == []
    assert [problem.file for problem in problems] == [
        f"_data/topics/{name}" for name in ("bytes.yml", "link.yaml", "pipe.yaml")
    ]
    assert problems[0].reason == "byte 6 is not UTF-8"


def test_a_topic_told_twice_is_the_first_files(tmp_path: Path) -> None:
    tree, problems = load(write(tmp_path, a="_id: x\nname: One\n", b="name: Two\n_id: X\n"))
    assert [topic.name for topic in tree] == ["One"]
    assert problems == (Problem("_data/topics/b.yaml", 2, "topic 'x' is in _data/topics/a.yaml too"),)


def test_an_unknown_parent_is_a_problem_and_the_topic_stands_at_the_top(tmp_path: Path) -> None:
    tree, problems = load(write(tmp_path, a="_id: a\nparent: Nobody\n"))
    assert [(topic.slug, topic.parent) for topic in tree] == [("a", None)]
    assert problems == (Problem("_data/topics/a.yaml", 2, "no topic 'Nobody'"),)


def test_a_circle_of_parents_is_cut_where_the_first_file_closes_it(tmp_path: Path) -> None:
    tree, problems = load(
        write(
            tmp_path, a="_id: a\nparent: c\n", b="_id: b\nparent: a\n", c="_id: c\nparent: b\n", d="_id: d\nparent: d\n"
        )
    )
    assert [(topic.slug, topic.parent) for topic in tree] == [("a", None), ("b", "a"), ("c", "b"), ("d", None)]
    assert [(problem.file, problem.line) for problem in problems] == [
        ("_data/topics/a.yaml", 2),
        ("_data/topics/d.yaml", 2),
    ]
    assert problems[0].reason == "'c' is below 'a'"


def test_a_topic_below_a_circle_is_no_part_of_it(tmp_path: Path) -> None:
    tree, problems = load(write(tmp_path, a="_id: a\nparent: b\n", b="_id: b\nparent: c\n", c="_id: c\nparent: b\n"))
    assert [(topic.slug, topic.parent) for topic in tree] == [("b", None), ("a", "b"), ("c", "b")]
    assert [problem.file for problem in problems] == ["_data/topics/b.yaml"]
