"""From a fire time to messages owed, over a real archive and a real store."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery import destinations
from bot.delivery.delivery import Destination
from bot.heartbeat import Heartbeat, ProcessName
from bot.plans import DigestPlan, OnEmpty, Timetable
from bot.publishing import editions
from bot.publishing.editions import EditionState, Mark
from bot.publishing.publisher import Publisher
from bot.publishing.results import Doubted, EditionReason, Empty, Faulted, Missed, Published, Result, Rewound
from digests.digest import Digest, DigestSpec
from digests.message import Message
from digests.rendering.renderer import Presentation, Renderer
from tests.bot.office import Office
from tests.builders import BERLIN, CHANNEL, CONSOLE, GROUP, NOW, a_plan, a_timetable
from tests.clock import SettableClock

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ticked(publisher: Publisher, plan: DigestPlan, *instants: datetime) -> list[Result]:
    """All results of looking at these instants."""
    return [result for instant in instants for result in publisher.tick([plan], instant)]


# --- a fire time


def test_an_edition_goes_out_at_its_time_and_holds_what_is_hottest(office: Office) -> None:
    office.add_story("cold", heat=1.0)
    office.add_story("hot", heat=99.0)
    (result,) = ticked(office.publisher, a_plan(spec=DigestSpec(("azure",), limit=1)), NOW - DAY / 2, NOW)
    assert result == Published("morning/2026-11-22T09:00", "morning", 1, 1, timedelta(0))
    (posted,) = office.posted()
    assert posted.key == f"morning/2026-11-22T09:00/{GROUP}/1"
    assert "hot made news" in posted.text
    assert "cold" not in posted.text
    assert posted.arguments["chat_id"] == -1001234567890
    assert posted.arguments["message_thread_id"] == 7


def test_every_platform_gets_it_in_its_own_dialect(office: Office) -> None:
    office.add_story("one")
    plan = a_plan(to=(GROUP, CHANNEL, CONSOLE))
    ticked(office.publisher, plan, NOW - HOUR, NOW)
    methods = {posted.method: posted.text for posted in office.posted()}
    assert methods.keys() == {"sendMessage", "chat.postMessage", "print"}
    assert all("one made news" in text for text in methods.values())


def test_before_its_time_and_after_it_nothing_goes_out(office: Office) -> None:
    office.add_story("one")
    assert ticked(office.publisher, a_plan(), NOW - HOUR, NOW - SECOND) == []
    assert len(ticked(office.publisher, a_plan(), NOW)) == 1
    assert ticked(office.publisher, a_plan(), NOW, NOW + SECOND, NOW + HOUR) == []


def test_a_new_digest_starts_now_and_plans_nothing_back(office: Office) -> None:
    office.add_story("one")
    assert ticked(office.publisher, a_plan(), NOW + MINUTE, NOW + 2 * MINUTE) == []


def test_an_edition_expires_when_it_could_not_be_delivered_for_as_long_as_it_may_be_late(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(timetable=a_timetable(lateness=2 * HOUR)), NOW - HOUR, NOW + HOUR)
    assert office.posted()[0].expires_at == (NOW + 3 * HOUR).timestamp() * 1000


def test_a_destination_named_twice_gets_it_once(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(to=(GROUP, GROUP)), NOW - HOUR, NOW)
    assert len(office.posted()) == 1


def test_a_chat_that_moved_gets_it_where_it_is_now(office: Office) -> None:
    office.add_story("one")
    with office.store.begin() as connection:
        destinations.move(connection, GROUP.chat, "-1009", NOW)
    ticked(office.publisher, a_plan(), NOW - HOUR, NOW)
    assert [posted.arguments["chat_id"] for posted in office.posted()] == [-1009]


# --- once


def test_a_second_process_sends_nothing_twice(office: Office) -> None:
    office.add_story("one")
    other = office.another_process()
    for publisher in (office.publisher, other):
        ticked(publisher, a_plan(), NOW - HOUR)
    results = [*ticked(office.publisher, a_plan(), NOW), *ticked(other, a_plan(), NOW)]
    assert [type(result) for result in results] == [Published]
    assert len(office.posted()) == 1


def test_of_two_processes_that_compose_at_the_same_time_one_publishes(office: Office) -> None:
    office.add_story("one")
    plan = a_plan()
    first = office.publisher.publish_now(plan, NOW)
    second = office.another_process().publish_now(plan, NOW)
    assert type(first) is Published
    assert type(second).__name__ == "Taken"
    assert len(office.posted()) == 1


def test_of_many_processes_that_look_at_the_same_instant_one_publishes(office: Office) -> None:
    office.add_story("one")
    plan, together = a_plan(to=(GROUP, CHANNEL)), Barrier(8)
    office.publisher.tick([plan], NOW - HOUR)

    def process() -> list[Result]:
        # The mark was read before anybody published, which is the worst that can happen.
        together.wait(10)
        return ticked(office.another_process(), plan, NOW)

    with ThreadPoolExecutor(8) as pool:
        results = [result for run in [pool.submit(process) for _ in range(8)] for result in run.result()]
    assert sum(isinstance(result, Published) for result in results) == 1
    assert not any(isinstance(result, Faulted) for result in results)
    assert len(office.posted()) == 2


def test_a_clock_that_steps_back_over_the_fire_time_sends_nothing_again(office: Office) -> None:
    office.add_story("one")
    results = ticked(office.publisher, a_plan(), NOW - HOUR, NOW, NOW - 10 * MINUTE, NOW, NOW + MINUTE)
    assert len(results) == 1


@pytest.mark.parametrize(
    ("at", "around"),
    [
        ("02:30", datetime(2026, 10, 25, tzinfo=UTC)),  # comes twice that day
        ("02:30", datetime(2026, 3, 29, tzinfo=UTC)),  # is skipped that day
        ("00:30", datetime(2026, 3, 29, tzinfo=UTC)),
    ],
)
def test_the_day_the_clocks_change_sends_once_a_day(office: Office, at: str, around: datetime) -> None:
    plan = a_plan(timetable=a_timetable(at), on_empty=OnEmpty.SAY)
    begin = around - 2 * DAY + 12 * HOUR
    results = ticked(office.publisher, plan, *(begin + number * 10 * MINUTE for number in range(4 * 24 * 6)))
    keys = [result.edition for result in results if isinstance(result, Empty)]
    assert keys == sorted(set(keys))
    assert len(keys) == 4


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.integers(-100, 600).map(lambda minutes: minutes * MINUTE), min_size=1, max_size=25),
    who=st.lists(st.integers(0, 2), min_size=25, max_size=25),
)
def test_however_the_clock_jumps_and_processes_restart_no_slot_is_published_twice(
    office: Office, steps: list[timedelta], who: list[int]
) -> None:
    plan = a_plan(
        f"digest{len(office.posted())}", timetable=a_timetable("06:00", "12:00", "18:00"), on_empty=OnEmpty.SAY
    )
    publishers = [office.another_process(), office.another_process()]
    now, results = NOW, list[Result]()
    for step, number in zip([timedelta(0), *steps], who, strict=False):
        now += step
        publisher = publishers[number] if number < 2 else office.another_process()
        results += ticked(publisher, plan, now)
    told = [result.edition for result in results if isinstance(result, Empty | Published | Missed)]
    assert len(told) == len(set(told))
    assert not any(isinstance(result, Faulted) for result in results)


# --- late


def test_a_restart_across_a_fire_time_catches_up_once_and_says_that_it_is_late(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(), NOW - HOUR)
    restarted = office.another_process()
    (result,) = ticked(restarted, a_plan(), NOW + 2 * HOUR, NOW + 2 * HOUR + MINUTE)
    assert isinstance(result, Published)
    assert result.late == 2 * HOUR
    assert "2 h late" in office.posted()[0].text


def test_a_catch_up_chooses_as_of_its_fire_time(office: Office) -> None:
    office.add_story("in-time", hours_before=1)
    office.add_story("too-new", hours_before=-1)
    ticked(office.publisher, a_plan(), NOW - HOUR, NOW + 2 * HOUR)
    assert "in-time" in office.posted()[0].text
    assert "too-new" not in office.posted()[0].text


def test_a_few_minutes_are_not_worth_a_word(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(), NOW - HOUR, NOW + 4 * MINUTE)
    assert "late" not in office.posted()[0].text


def test_too_late_is_recorded_as_missed_with_its_reason(office: Office) -> None:
    office.add_story("one")
    (result,) = ticked(office.publisher, a_plan(), NOW - HOUR, NOW + 4 * HOUR, NOW + 5 * HOUR)
    why = EditionReason.TOO_LATE, "4h late, 3h allowed"
    assert result == Missed("morning/2026-11-22T09:00", "morning", *why)
    (edition,) = office.editions("morning")
    assert (edition.state, edition.reason, edition.detail) == (EditionState.MISSED, *why)
    assert office.posted() == []


def test_after_days_away_only_the_latest_edition_goes_out(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(), NOW - 3 * DAY - HOUR)
    results = ticked(office.another_process(), a_plan(), NOW + HOUR)
    assert [type(result) for result in results] == [Missed, Missed, Missed, Published]
    assert len(office.posted()) == 1
    assert {(edition.reason, edition.detail) for edition in office.editions()[1:]} == {
        (EditionReason.OVERTAKEN, "overtaken by 2026-11-22T09:00")
    }


def test_more_missed_editions_than_are_named_are_said_to_be(office: Office) -> None:
    hourly = a_plan(timetable=Timetable(BERLIN, cron="0 * * * *"))
    ticked(office.publisher, hourly, NOW - 10 * DAY)
    results = ticked(office.another_process(), hourly, NOW)
    first, second = (result.detail for result in results[:2] if isinstance(result, Missed))
    assert first == "overtaken by 2026-11-22T09:00; so were all before it since 2026-11-12 09:00"
    assert second == "overtaken by 2026-11-22T09:00"


def test_a_mark_from_a_clock_that_ran_days_ahead_is_given_up(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(), NOW + 400 * DAY)
    results = ticked(office.another_process(), a_plan(), NOW - HOUR, NOW)
    assert [type(result) for result in results] == [Rewound, Published]


# --- a clock that is wrong


def alive(office: Office, now: datetime) -> None:
    """An earlier process lived at this instant."""
    Heartbeat(office.store, SettableClock(), ProcessName("host", "earlier")).beat(now)


def test_a_clock_behind_the_last_sign_of_life_plans_nothing_until_it_is_set_right(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(), NOW - HOUR)
    alive(office, NOW - HOUR)
    restarted, wrong = office.another_process(), datetime(2020, 1, 1, tzinfo=UTC)
    results = ticked(restarted, a_plan(), wrong, wrong + MINUTE, NOW)
    assert [type(result) for result in results] == [Doubted, Doubted, Published]


def test_a_clock_that_stays_behind_the_last_sign_of_life_is_believed_after_a_while(office: Office) -> None:
    office.add_story("one")
    alive(office, NOW + 30 * DAY)
    results = ticked(office.publisher, a_plan(), NOW - HOUR, NOW - 51 * MINUTE, NOW - 50 * MINUTE, NOW)
    assert [type(result) for result in results] == [Doubted, Doubted, Published]
    assert ticked(office.another_process(), a_plan(), NOW + MINUTE) == []


@pytest.mark.parametrize("last", [NOW - HOUR + 4 * MINUTE, NOW - 60 * DAY])
def test_a_small_step_back_and_a_long_time_switched_off_are_no_reason_to_doubt(office: Office, last: datetime) -> None:
    office.add_story("one")
    alive(office, last)
    results = ticked(office.publisher, a_plan(), NOW - HOUR, NOW)
    assert [type(result) for result in results] == [Published]


# --- edits


def test_an_edited_timetable_starts_at_its_edit(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(timetable=a_timetable("18:00")), NOW - HOUR)
    edited = a_plan(timetable=a_timetable("08:30"))
    assert ticked(office.publisher, edited, NOW) == []
    assert len(ticked(office.publisher, edited, NOW + DAY)) == 1


def test_a_timetable_edited_while_nothing_ran_starts_at_the_next_start(office: Office) -> None:
    ticked(office.publisher, a_plan(timetable=a_timetable("18:00")), NOW - HOUR)
    assert ticked(office.another_process(), a_plan(timetable=a_timetable("08:30")), NOW) == []


SECONDS = range(-3, 4)


@pytest.mark.parametrize("second", SECONDS)
@pytest.mark.parametrize(
    "edited", [a_timetable("09:00", "18:00"), a_timetable("18:00"), None], ids=["kept", "moved", "out"]
)
def test_an_edit_at_any_second_around_a_fire_time_sends_it_once_or_where_it_came_before_not_at_all(
    office: Office, edited: Timetable | None, second: int
) -> None:
    office.add_story("one")
    old = [a_plan()]
    new = [] if edited is None else [a_plan(timetable=edited)]
    results = [
        result
        for now in (NOW + number * SECOND for number in range(-10, 11))
        for result in office.publisher.tick(old if now < NOW + second * SECOND else new, now)
    ]
    kept = edited is not None and len(edited.at) == 2
    assert [type(result) for result in results] == [Published] * (second > 0 or (kept and second < 0))


@pytest.mark.parametrize("back", SECONDS)
@pytest.mark.parametrize("out", SECONDS)
def test_a_digest_taken_out_and_put_back_at_any_second_around_its_fire_time_is_sent_at_most_once(
    office: Office, out: int, back: int
) -> None:
    office.add_story("one")
    results = [
        result
        for number in range(-10, 11)
        for result in office.publisher.tick([] if out <= number < back else [a_plan()], NOW + number * SECOND)
    ]
    was_out = out <= 0 <= back and out < back
    assert [type(result) for result in results] == [Published] * (not was_out)


def test_a_cron_line_is_followed_and_edited_like_times_of_day(office: Office) -> None:
    office.add_story("one")
    cron = a_plan(timetable=Timetable(BERLIN, cron="0 9 * * *"))
    assert len(ticked(office.publisher, cron, NOW - HOUR, NOW)) == 1
    edited = a_plan(timetable=Timetable(BERLIN, cron="30 8 * * *"))
    assert ticked(office.publisher, edited, NOW + MINUTE) == []


def test_an_edit_back_and_forth_sends_no_slot_twice(office: Office) -> None:
    office.add_story("one")
    early, late = a_plan(timetable=a_timetable("09:00")), a_plan(timetable=a_timetable("09:00", "18:00"))
    results = [
        *ticked(office.publisher, early, NOW - HOUR, NOW),
        *ticked(office.publisher, late, NOW + SECOND),
        *ticked(office.publisher, early, NOW + 2 * SECOND, NOW + 3 * SECOND),
    ]
    assert len(results) == 1


def test_a_process_with_an_older_configuration_does_not_make_the_other_start_anew(office: Office) -> None:
    office.add_story("one")
    old, new = a_plan(timetable=a_timetable("09:00")), a_plan(timetable=a_timetable("09:05"))
    ticked(office.publisher, old, NOW - HOUR)
    other = office.another_process()
    ticked(other, new, NOW - HOUR)
    assert len(ticked(office.publisher, old, NOW)) == 1


def test_an_edit_that_reaches_a_process_late_costs_no_slot_of_the_new_timetable(office: Office) -> None:
    office.add_story("one")
    old, new = a_plan(timetable=a_timetable("08:30", "18:00")), a_plan(timetable=a_timetable("09:00"))
    slow, quick = office.publisher, office.another_process()
    ticked(slow, old, NOW - HOUR)
    ticked(quick, new, NOW - HOUR)
    # It publishes by the old timetable, then learns of the new one right after a slot of that which nobody has met.
    results = [*ticked(slow, old, NOW - 30 * MINUTE), *ticked(slow, new, NOW + SECOND)]
    assert [result.edition for result in results if isinstance(result, Published | Empty)] == [
        "morning/2026-11-22T08:30",
        "morning/2026-11-22T09:00",
    ]


def test_a_process_that_slept_through_an_edit_passes_over_no_slot_of_the_new_timetable(office: Office) -> None:
    office.add_story("one")
    old, new = a_plan(timetable=a_timetable("09:30")), a_plan(timetable=a_timetable("09:00"))
    asleep, awake = office.publisher, office.another_process()
    ticked(asleep, old, NOW - HOUR)
    ticked(awake, new, NOW - HOUR)
    # Nobody has met 09:00 yet; it wakes up after 09:30, and has not read its configuration again.
    results = [*ticked(asleep, old, NOW + HOUR), *ticked(awake, new, NOW + HOUR), *ticked(asleep, old, NOW + HOUR)]
    assert [result.edition for result in results if isinstance(result, Published | Empty)] == [
        "morning/2026-11-22T09:30",
        "morning/2026-11-22T09:00",
    ]


def test_a_digest_that_another_process_let_go_of_is_followed_by_who_has_it_still(office: Office) -> None:
    office.add_story("one")
    other = office.another_process()
    ticked(other, a_plan(), NOW - HOUR)
    ticked(office.publisher, a_plan(), NOW - HOUR)
    other.tick([], NOW - MINUTE)
    assert [type(result) for result in ticked(office.publisher, a_plan(), NOW, NOW + SECOND)] == [Published]
    with office.store.read() as connection:
        assert editions.mark_of(connection, "morning") is None


def test_a_digest_taken_out_and_put_back_does_not_catch_up(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(), NOW - HOUR)
    office.publisher.tick([], NOW - MINUTE)
    assert ticked(office.publisher, a_plan(), NOW + MINUTE, NOW + 2 * MINUTE) == []


# --- what was sent


def test_a_digest_taken_out_and_put_back_by_edits_of_the_file_does_not_catch_up(office: Office) -> None:
    office.add_story("Azure")
    followed: dict[str, Mark] = {}
    ticked(office.replaced_service(followed), a_plan(), NOW - HOUR)
    office.replaced_service(followed).tick([], NOW - MINUTE)
    assert ticked(office.replaced_service(followed), a_plan(), NOW + HOUR, NOW + 2 * HOUR) == []


def test_an_article_that_was_sent_is_not_sent_again_by_that_digest(office: Office) -> None:
    plan = a_plan(spec=DigestSpec(("azure",), window=7 * DAY))
    office.add_story("first")
    ticked(office.publisher, plan, NOW - HOUR, NOW)
    office.add_story("second")
    ticked(office.publisher, plan, NOW + DAY)
    assert ["first" in posted.text for posted in office.posted()] == [True, False]


def test_another_digest_may_send_it_as_well(office: Office) -> None:
    office.add_story("first")
    for name in ("morning", "second-opinion"):
        ticked(office.publisher, a_plan(name), NOW - HOUR, NOW)
        office.publisher.tick([], NOW)
    assert ["first" in posted.text for posted in office.posted()] == [True, True]


def test_a_destination_that_joins_later_gets_what_the_others_had(office: Office) -> None:
    spec = DigestSpec(("azure",), window=7 * DAY)
    office.add_story("first")
    ticked(office.publisher, a_plan(spec=spec), NOW - HOUR, NOW)
    office.add_story("second")
    ticked(office.publisher, a_plan(spec=spec, to=(GROUP, CHANNEL)), NOW + DAY)
    assert "first" not in office.posted(GROUP)[-1].text
    assert "first" in office.posted(CHANNEL)[-1].text
    assert "second" in office.posted(CHANNEL)[-1].text


@pytest.mark.parametrize(("state", "again"), [("failed", True), ("expired", True), ("dropped", True), ("sent", False)])
def test_what_never_arrived_is_sent_with_the_next_edition(office: Office, state: str, again: bool) -> None:
    plan = a_plan(spec=DigestSpec(("azure",), window=7 * DAY), on_empty=OnEmpty.SAY)
    office.add_story("first")
    ticked(office.publisher, plan, NOW - HOUR, NOW)
    office.settle(state)
    ticked(office.publisher, plan, NOW + DAY)
    assert ("first" in office.posted()[-1].text) is again


def test_what_was_sent_before_a_chat_moved_is_not_sent_again_after(office: Office) -> None:
    plan = a_plan(spec=DigestSpec(("azure",), window=7 * DAY), on_empty=OnEmpty.SAY)
    office.add_story("first")
    ticked(office.publisher, plan, NOW - HOUR, NOW)
    with office.store.begin() as connection:
        destinations.move(connection, GROUP.chat, "-1009", NOW)
    ticked(office.publisher, plan, NOW + DAY)
    assert "first" not in office.posted(Destination("telegram", "-1009"))[-1].text


def test_since_last_reaches_back_over_an_outage(office: Office) -> None:
    plan = a_plan(since_last=True)
    office.add_story("before")
    ticked(office.publisher, plan, NOW - HOUR, NOW)
    office.add_story("saturday", hours_before=-20)
    ticked(office.another_process(), plan, NOW + 3 * DAY)
    assert "saturday" in office.posted()[-1].text
    assert "before" not in office.posted()[-1].text


def test_since_last_finds_what_came_into_the_archive_late(office: Office) -> None:
    plan = a_plan(since_last=True)
    office.add_story("on-time")
    ticked(office.publisher, plan, NOW - HOUR, NOW)
    office.add_story("late-comer", hours_before=0.5)
    ticked(office.publisher, plan, NOW + DAY)
    assert "late-comer" in office.posted()[-1].text
    assert "on-time" not in office.posted()[-1].text


def test_after_an_outage_a_plain_window_reaches_back_to_the_last_edition(office: Office) -> None:
    office.add_story("unsent", hours_before=24.5)
    office.add_story("before")
    ticked(office.publisher, a_plan(), NOW - HOUR, NOW)
    office.add_story("saturday", hours_before=-20)
    office.add_story("today", hours_before=-71)
    ticked(office.another_process(), a_plan(), NOW + 3 * DAY)
    text = office.posted()[-1].text
    assert [name in text for name in ("unsent", "before", "saturday", "today")] == [False, False, True, True]
    assert office.editions()[0].since == NOW


def test_after_an_outage_that_was_too_long_the_next_edition_reaches_back(office: Office) -> None:
    office.add_story("before")
    ticked(office.publisher, a_plan(), NOW - HOUR, NOW)
    office.add_story("saturday", hours_before=-20)
    restarted = office.another_process()
    assert [type(result) for result in ticked(restarted, a_plan(), NOW + 3 * DAY + 4 * HOUR)] == [Missed] * 3
    ticked(restarted, a_plan(), NOW + 4 * DAY)
    assert "saturday" in office.posted()[-1].text


def test_a_plain_window_is_as_long_as_it_is_written_where_nothing_was_missed(office: Office) -> None:
    office.add_story("before")
    ticked(office.publisher, a_plan(timetable=a_timetable(days=frozenset({6}))), NOW - HOUR, NOW)
    office.add_story("saturday", hours_before=-20)
    office.add_story("today", hours_before=-7 * 24 + 1)
    ticked(office.another_process(), a_plan(timetable=a_timetable(days=frozenset({6}))), NOW + 7 * DAY)
    assert "saturday" not in office.posted()[-1].text


def test_a_window_reaches_back_a_month_at_most(office: Office) -> None:
    ticked(office.publisher, a_plan(), NOW - HOUR)
    office.add_story("ancient", hours_before=-10 * 24)
    office.add_story("old", hours_before=-30 * 24)
    ticked(office.another_process(), a_plan(), NOW + 50 * DAY)
    assert "ancient" not in office.posted()[-1].text
    assert "old" in office.posted()[-1].text


def test_since_last_begins_with_the_plans_window(office: Office) -> None:
    office.add_story("old", hours_before=25)
    office.add_story("new", hours_before=23)
    ticked(office.publisher, a_plan(since_last=True), NOW - HOUR, NOW)
    assert "old" not in office.posted()[0].text


def test_since_last_goes_by_what_the_destination_got(office: Office) -> None:
    plan = a_plan(since_last=True)
    office.add_story("first")
    ticked(office.publisher, plan, NOW - HOUR, NOW)
    office.publisher.publish_now(plan, NOW + 12 * HOUR, to=(CHANNEL,))
    office.add_story("noon", hours_before=-4)
    ticked(office.publisher, plan, NOW + DAY)
    assert "noon" in office.posted(GROUP)[-1].text


# --- empty days and unknown topics


def test_an_empty_day_is_skipped_and_recorded(office: Office) -> None:
    (result,) = ticked(office.publisher, a_plan(), NOW - HOUR, NOW, NOW + MINUTE)
    why = EditionReason.NO_ARTICLES, "no new article since 2026-11-21 09:00"
    assert result == Empty("morning/2026-11-22T09:00", "morning", *why, 0)
    assert office.posted() == []
    assert office.editions()[0].state is EditionState.EMPTY


def test_an_empty_day_is_said_where_the_plan_wants_that(office: Office) -> None:
    (result,) = ticked(office.publisher, a_plan(on_empty=OnEmpty.SAY), NOW - HOUR, NOW)
    assert isinstance(result, Empty)
    assert result.deliveries == 1
    assert "nothing new" in office.posted()[0].text


def test_a_destination_that_has_seen_everything_is_skipped_alone(office: Office) -> None:
    spec = DigestSpec(("azure",), window=7 * DAY)
    office.add_story("first")
    ticked(office.publisher, a_plan(spec=spec), NOW - HOUR, NOW)
    ticked(office.publisher, a_plan(spec=spec, to=(GROUP, CHANNEL)), NOW + DAY)
    assert len(office.posted(GROUP)) == 1
    assert len(office.posted(CHANNEL)) == 1


def test_an_unknown_topic_costs_no_other_and_is_said(office: Office) -> None:
    office.add_story("one")
    (result,) = ticked(office.publisher, a_plan(spec=DigestSpec(("azur-typo", "azure"))), NOW - HOUR, NOW)
    assert isinstance(result, Published)
    assert result.unknown == ("azur-typo",)
    assert "one made news" in office.posted()[0].text
    assert "azur-typo" in office.posted()[0].text


def test_a_digest_of_unknown_topics_alone_is_empty_not_everything(office: Office) -> None:
    office.add_story("one")
    (result,) = ticked(office.publisher, a_plan(spec=DigestSpec(("nope", "nor-this"))), NOW - HOUR, NOW)
    assert isinstance(result, Empty)
    assert result.unknown == ("nope", "nor-this")
    assert (result.reason, result.detail) == (EditionReason.UNKNOWN_TOPICS, "nobody knows “nope” or “nor-this”")


def test_one_plan_that_breaks_does_not_stop_the_others(office: Office) -> None:
    office.add_story("one")
    broken = a_plan("broken", to=(Destination("pigeon", "1"),))
    plans = [broken, a_plan()]
    office.publisher.tick(plans, NOW - HOUR)
    first, second = office.publisher.tick(plans, NOW)
    assert isinstance(first, Faulted)
    assert isinstance(second, Published)


def test_a_plan_that_broke_is_tried_again(office: Office) -> None:
    office.add_story("one")
    office.publisher.tick([a_plan(to=(Destination("pigeon", "1"),))], NOW - HOUR)
    office.publisher.tick([a_plan(to=(Destination("pigeon", "1"),))], NOW)
    (result,) = office.publisher.tick([a_plan()], NOW + MINUTE)
    assert isinstance(result, Published)


# --- out of schedule


def test_an_operator_sends_now_beside_the_schedule(office: Office) -> None:
    office.add_story("one")
    sent = office.publisher.publish_now(a_plan(), NOW - HOUR + 3 * SECOND)
    assert isinstance(sent, Published)
    assert sent.edition == "morning/send-2026-11-22T08:00:03"


def test_what_an_operator_sent_counts_as_sent(office: Office) -> None:
    office.add_story("one", hours_before=5)
    ticked(office.publisher, a_plan(), NOW - HOUR)
    office.publisher.publish_now(a_plan(), NOW - MINUTE)
    (result,) = ticked(office.publisher, a_plan(), NOW)
    assert isinstance(result, Empty)
    assert result.reason is EditionReason.ALL_SENT_BEFORE
    assert result.detail == "all that is new since 2026-11-21 09:00 was sent before"


class SendingMeanwhile(Renderer):
    """A renderer during whose first work the operator sends the same digest."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office = office
        self._sent = False

    def digest(self, digest: Digest, dialect: str, presentation: Presentation) -> tuple[Message, ...]:
        if not self._sent:
            self._sent = True
            self._office.publisher.publish_now(a_plan(), NOW)
        return super().digest(digest, dialect, presentation)


def test_what_an_operator_sends_while_an_edition_is_composed_is_not_in_it(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(), NOW - HOUR)
    office.renderer = SendingMeanwhile(office)
    (result,) = ticked(office.another_process(), a_plan(), NOW)
    assert isinstance(result, Empty)
    assert result.reason is EditionReason.ALL_SENT_BEFORE
    assert len(office.posted()) == 1


def test_an_operator_may_send_it_elsewhere(office: Office) -> None:
    office.add_story("one")
    office.publisher.publish_now(a_plan(), NOW, to=[CHANNEL])
    assert [posted.method for posted in office.posted()] == ["chat.postMessage"]


def test_a_preview_is_exactly_what_goes_out_and_writes_nothing(office: Office) -> None:
    office.add_story("one")
    plan = a_plan(to=(GROUP, CHANNEL))
    copies = office.publisher.preview(plan, NOW)
    assert office.posted() == []
    assert office.editions() == ()
    ticked(office.publisher, plan, NOW - HOUR, NOW)
    assert [dict(call.arguments) for copy in copies for call in copy.calls] == [
        posted.arguments for posted in office.posted()
    ]


def test_a_preview_of_a_past_instant_shows_what_went_out_then(office: Office) -> None:
    office.add_story("one")
    ticked(office.publisher, a_plan(), NOW - HOUR, NOW)
    (copy,) = office.publisher.preview(a_plan(), NOW)
    assert [dict(call.arguments) for call in copy.calls] == [office.posted()[0].arguments]


def test_a_preview_can_be_in_another_dialect(office: Office) -> None:
    office.add_story("one")
    (copy,) = office.publisher.preview(a_plan(), NOW, dialect="console", explain=True)
    assert [message.dialect for message in copy.messages] == ["console"]
    assert [call.method for call in copy.calls] == ["sendMessage"]


def test_dates_are_in_the_plans_zone(office: Office) -> None:
    tokyo = a_timetable("09:00", timezone=ZoneInfo("Asia/Tokyo"))
    (result,) = ticked(office.publisher, a_plan(timetable=tokyo), NOW - 9 * HOUR, NOW - 8 * HOUR)
    assert isinstance(result, Empty)
    assert result.edition == "morning/2026-11-22T09:00"
    assert result.detail == "no new article since 2026-11-21 09:00"
