"""Who gets in alone, and who is needed, held against all sets of people there can be."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from orgwarden.recovery import MAILBOX, PASSWORD, PHONE, Lock, alone, everybody, indispensable, ways_in

PEOPLE = ("anna", "bjorn", "chen", "dina", "emil")


@st.composite
def locks(draw, name):
    people = draw(st.frozensets(st.sampled_from(PEOPLE), min_size=1))
    return Lock(name=name, people=people, together=draw(st.integers(1, len(people))))


@st.composite
def registers(draw):
    names = draw(st.sets(st.sampled_from((PASSWORD, MAILBOX, PHONE))))
    devices = [draw(locks(f"device {n}")) for n in range(draw(st.integers(0, 3)))]
    return {name: draw(locks(name)) for name in names}, devices


def gets_in(found, devices, people):
    """Say so from AWS's rules alone: the password or the mail with a device, or the mail with the phone."""

    def has(name):
        lock = found.get(name)
        return lock is not None and len([one for one in people if one in lock.people]) >= lock.together

    has_device = any(len(set(people) & device.people) >= device.together for device in devices)
    return ((has(PASSWORD) or has(MAILBOX)) and has_device) or (has(MAILBOX) and has(PHONE))


@given(registers())
def test_one_gets_in_alone_exactly_where_a_set_of_one_does(register):
    found, devices = register
    assert set(alone(ways_in(found, devices))) == {one for one in PEOPLE if gets_in(found, devices, (one,))}


@given(registers())
def test_one_is_needed_exactly_where_no_set_without_them_gets_in(register):
    found, devices = register
    ways = ways_in(found, devices)

    def is_needed(person):
        others = [one for one in PEOPLE if one != person]
        sets = (some for size in range(len(others) + 1) for some in combinations(others, size))
        return not any(gets_in(found, devices, some) for some in sets)

    assert set(indispensable(ways)) == {one for one in everybody(ways) if is_needed(one)}


@given(registers(), st.sampled_from(PEOPLE))
def test_more_people_never_keep_anybody_out(register, person):
    ways = ways_in(*register)
    for way in ways:
        for size in range(len(PEOPLE)):
            for some in combinations(PEOPLE, size):
                assert not way.opens_to(set(some)) or way.opens_to({*some, person})


def test_a_way_is_named_by_what_it_takes():
    ways = ways_in(
        {MAILBOX: Lock(name=MAILBOX, people=frozenset({"anna"})), PHONE: Lock(name=PHONE, people=frozenset())}, []
    )
    assert [way.name for way in ways] == ["mailbox and phone"]
