"""One story is told once, and where else it is told is known."""

from digests.article import Article, Provider, Related
from digests.choosing.stories import Stories
from tests.builders import an_article

FORBES = Provider("Forbes", "forbes.com")
WIRED = Provider("Wired", "wired.com")
TITLE = "Microsoft Azure outage takes down Teams and Office"
LONGER = "Report: Microsoft Azure outage takes down Teams and Office"


def stories(**related: tuple[Related, ...]) -> Stories:
    return Stories(lambda file: related.get(file.removesuffix(".md"), ()))


def at(provider: Provider, file: str = "b.md", **changes: object) -> Article:
    return an_article(file, **{"title": f"Title of {file}", "provider": provider, **changes})


def listed(article: Article) -> tuple[Related, ...]:
    return (Related(article.title, article.url + "?utm_source=x", article.provider),)


def is_one_story(told: Stories, one: Article, other: Article) -> bool:
    story = told.tell(one, shown=True)
    return told.told(other) is story


def test_one_link_is_one_story_whatever_the_titles() -> None:
    assert is_one_story(stories(), at(FORBES, "a.md", url="https://x.com/a"), at(WIRED, url="http://www.x.com/a/"))


def test_titles_that_say_the_same_are_one_story() -> None:
    assert is_one_story(stories(), at(FORBES, "a.md", title=TITLE), at(WIRED, title=f"The {TITLE}s | Wired"))


def test_other_titles_and_links_are_other_stories() -> None:
    assert not is_one_story(stories(), at(FORBES, "a.md", title=TITLE), at(WIRED, title=LONGER))


def test_a_longer_title_is_the_same_story_where_the_told_article_lists_it() -> None:
    again = at(WIRED, title=LONGER)
    assert is_one_story(stories(a=listed(again)), at(FORBES, "a.md", title=TITLE), again)


def test_a_longer_title_is_the_same_story_where_it_lists_the_told_article() -> None:
    one = at(FORBES, "a.md", title=TITLE)
    assert is_one_story(stories(b=listed(one)), one, at(WIRED, title=LONGER))


def test_a_longer_title_without_a_link_of_its_own_is_another_story() -> None:
    again = at(WIRED, title=LONGER, url="https://wired.com/")
    assert not is_one_story(stories(a=listed(again)), at(FORBES, "a.md", title=TITLE, url="https://forbes.com"), again)


def test_related_alone_is_another_story() -> None:
    other = at(WIRED)
    assert not is_one_story(stories(a=listed(other)), at(FORBES, "a.md"), other)


def test_articles_without_title_and_link_are_stories_of_their_own() -> None:
    assert not is_one_story(stories(), at(FORBES, "a.md", title="", url="?"), at(WIRED, title="", url="?"))


def test_the_first_story_told_is_the_one_told_again() -> None:
    told = stories(b=(*listed(at(FORBES, "a.md")), *listed(at(FORBES, "c.md"))))
    first = told.tell(at(FORBES, "a.md", title=f"{TITLE} online"), shown=True)
    told.tell(at(FORBES, "c.md", title=f"{TITLE} offline"), shown=True)
    assert told.told(at(WIRED, title=TITLE)) is first


def test_a_story_is_also_at_those_who_tell_it_again_and_those_only_heard_of() -> None:
    heard = (
        Related(TITLE, "https://cnet.com/a", Provider("CNET", "cnet.com")),
        Related(LONGER, "https://zdnet.com/a", Provider("ZDNet", "zdnet.com")),
        Related("Something else in the field that week", "https://bbc.com/a", Provider("BBC", "bbc.com")),
    )
    told = stories(a=heard)
    story = told.tell(at(FORBES, "a.md", title=TITLE), shown=True)
    story.again.append(at(WIRED, title=TITLE))
    assert [provider.name for provider in told.also_at(story)] == ["Wired", "CNET", "ZDNet"]


def test_no_publisher_is_named_twice_nor_the_articles_own() -> None:
    others = (
        Provider("FORBES", "elsewhere.com"),
        Provider("Forbes Online", "forbes.com"),
        WIRED,
        Provider("wired", ""),
        Provider("Wired UK", "wired.com"),
        Provider("", "nameless.com"),
        Provider("Blog", ""),
        Provider("Other Blog", ""),
    )
    told = stories(a=tuple(Related(TITLE, "https://x.com/y", provider) for provider in others))
    story = told.tell(at(FORBES, "a.md", title=TITLE), shown=True)
    assert [provider.name for provider in told.also_at(story)] == ["Wired", "Blog", "Other Blog"]
