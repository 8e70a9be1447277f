"""The checklist as an outliner: in and out, cut and paste, split, double, remove, and whole lists."""

from __future__ import annotations

import pytest
from tests.conftest import Memory

from gonogo.rules.item import AddItem, EditItem, MoveItem, RemoveItem, TickItem
from gonogo.rules.ordering import depths, in_section
from gonogo.rules.outline import DuplicateItems, IndentItems, PasteItems, PlaceItems, RemoveItems, SplitItem
from gonogo.rules.plan import Item, Tick
from gonogo.rules.record import Changes, Intent, Refusal


def ids(memory: Memory, *keys: str) -> tuple[str, ...]:
    return tuple(memory.item(key).id for key in keys)


def shown(memory: Memory, section: str = "Try") -> list[str]:
    """Return the keys of a section, indented as they stand."""
    mates = in_section(memory.state.all(Item), memory.section(section).id)
    return ["  " * depth + one.key for one, depth in zip(mates, depths(mates), strict=True)]


def done(memory: Memory, intent: Intent) -> str:
    found = memory.do(intent)
    assert isinstance(found, Changes), found
    return found.said


def refused(memory: Memory, intent: Intent, actor: str | None = None) -> str:
    found = memory.do(intent, actor)
    assert isinstance(found, Refusal), found
    return found.sentence


@pytest.fixture
def nested(memory: Memory) -> Memory:
    """The tiny launch with `order` and `ads` under `walk`."""
    done(memory, IndentItems(items=ids(memory, "order", "ads"), by=1))
    return memory


def test_in_and_out(memory: Memory) -> None:
    assert done(memory, IndentItems(items=ids(memory, "order"), by=1)) == "moved “Place an order” in"
    assert shown(memory) == ["walk", "  order", "ads"]
    assert "stands under the item above it already" in refused(memory, IndentItems(items=ids(memory, "order"), by=1))
    done(memory, IndentItems(items=ids(memory, "ads"), by=1))
    done(memory, IndentItems(items=ids(memory, "ads"), by=1))
    assert shown(memory) == ["walk", "  order", "    ads"]
    done(memory, IndentItems(items=ids(memory, "order"), by=-1))
    assert shown(memory) == ["walk", "order", "  ads"]
    assert "nothing above it" in refused(memory, IndentItems(items=ids(memory, "walk"), by=1))
    assert "stands out as far as it goes" in refused(memory, IndentItems(items=ids(memory, "walk"), by=-1))


def test_what_stands_under_an_item_moves_with_it(nested: Memory) -> None:
    done(nested, AddItem(section=nested.section("Try").id, text="Last"))
    assert shown(nested) == ["walk", "  order", "  ads", "last"]
    done(nested, MoveItem(item=nested.item("last").id, by=-1))
    assert shown(nested) == ["last", "walk", "  order", "  ads"]
    done(nested, MoveItem(item=nested.item("ads").id, by=-1))
    assert shown(nested) == ["last", "walk", "  ads", "  order"]
    assert "first of those under its parent" in refused(nested, MoveItem(item=nested.item("ads").id, by=-1))
    done(nested, MoveItem(item=nested.item("last").id, by=1))
    assert shown(nested) == ["walk", "  ads", "  order", "last"]


def test_what_stood_under_a_removed_item_moves_out(nested: Memory) -> None:
    done(nested, RemoveItem(item=nested.item("walk").id))
    assert shown(nested) == ["order", "ads"]


def test_an_item_added_below_one_that_has_others_under_it_is_the_first_of_them(nested: Memory) -> None:
    section = nested.section("Try").id
    done(nested, AddItem(section=section, text="Child", after=nested.item("walk").id))
    done(nested, AddItem(section=section, text="Mate", after=nested.item("order").id))
    assert shown(nested) == ["walk", "  child", "  order", "  mate", "  ads"]


def test_cut_and_pasted_into_another_phase_with_its_tick_and_its_children(nested: Memory) -> None:
    done(nested, TickItem(item=nested.item("order").id))
    tell = nested.section("Tell").id
    said = done(nested, PlaceItems(items=ids(nested, "walk"), section=tell, after=nested.item("post").id))
    assert said == "put “Walk through it” and 2 more into “Tell” of Open"
    assert (shown(nested), shown(nested, "Tell")) == ([], ["post", "walk", "  order", "  ads"])
    assert nested.item("walk").phase == nested.phase("open").id
    assert nested.state.get(Tick, nested.item("order").id)


def test_pasted_in_its_own_section(memory: Memory) -> None:
    section = memory.section("Try").id
    done(memory, PlaceItems(items=ids(memory, "walk"), section=section, after=memory.item("order").id))
    assert shown(memory) == ["order", "walk", "ads"]
    done(memory, PlaceItems(items=ids(memory, "order", "walk"), section=section))
    assert shown(memory) == ["ads", "order", "walk"]
    again = PlaceItems(items=ids(memory, "walk"), section=section, after=memory.item("walk").id)
    assert "behind themselves" in refused(memory, again)
    assert "not in the plan any more" in refused(memory, PlaceItems(items=("gone", "x"), section=section))
    assert "section is not in the plan" in refused(memory, PlaceItems(items=ids(memory, "walk"), section="gone"))


def test_split(memory: Memory) -> None:
    walk = memory.item("walk")
    said = done(memory, SplitItem(item=walk.id, texts=("Walk in", " ", "walk out"), was=walk.text))
    assert said == "split “Walk through it” into 2"
    assert shown(memory) == ["walk", "walk-out", "order", "ads"]
    assert memory.item("walk").text == "Walk in"
    assert "Two texts are wanted" in refused(memory, SplitItem(item=walk.id, texts=("x",)))
    assert "ann has meanwhile reworded" in refused(memory, SplitItem(item=walk.id, texts=("a", "b"), was=walk.text))


def test_doubled_without_ticks_and_removed_with_what_stands_under(nested: Memory) -> None:
    done(nested, TickItem(item=nested.item("walk").id))
    done(nested, DuplicateItems(items=ids(nested, "walk")))
    assert shown(nested)[3:] == ["walk-through-it", "  place-an-order", "  start-the-adverts"]
    assert nested.state.get(Tick, nested.item("walk-through-it").id) is None
    assert done(nested, RemoveItems(items=ids(nested, "walk"))) == "removed “Walk through it” and 2 more"
    assert shown(nested)[0] == "walk-through-it"


def test_a_list_becomes_items_with_ticks_and_nesting(memory: Memory) -> None:
    section = memory.section("Try").id
    words = "- [ ] Bake\n  - [x] Flour\n  - Salt\n- Sell\n"
    said = done(memory, PasteItems(section=section, text=words, after=memory.item("walk").id))
    assert said == "added 4 items to “Try”: Bake, Flour and 2 more"
    assert shown(memory) == ["walk", "bake", "  flour", "  salt", "sell", "order", "ads"]
    tick = memory.state.get(Tick, memory.item("flour").id)
    assert tick
    assert (tick.by, tick.note) == ("ann", "ticked in the list")


def test_many_insertions_at_one_place_keep_their_order(memory: Memory) -> None:
    section, walk = memory.section("Try").id, memory.item("walk").id
    for number in range(80):
        done(memory, AddItem(section=section, text=f"n{number}", after=walk))
    assert shown(memory) == ["walk", *(f"n{number}" for number in reversed(range(80))), "order", "ads"]


def test_the_second_of_two_editors_is_told_the_firsts_words_and_name(memory: Memory) -> None:
    walk, was = memory.item("walk").id, memory.item("walk").text
    memory.do(EditItem(item=walk, text="Run through it", was=was), "bob")
    said = refused(memory, EditItem(item=walk, text="Crawl through it", was=was))
    assert said == "bob has meanwhile reworded it to “Run through it”."
    done(memory, EditItem(item=walk, text="Crawl through it", was="Run through it"))
    assert memory.item("walk").changed_by == "ann"


def test_a_text_of_ten_thousand_letters_is_refused_and_strange_ones_are_cleaned(memory: Memory) -> None:
    section = memory.section("Try").id
    assert "10,000 characters long and at most 500" in refused(memory, AddItem(section=section, text="x" * 10_000))
    done(memory, AddItem(section=section, text="🍞 [red]bread[/] \u202eمرحبا\x1b[2J"))
    assert shown(memory)[-1] == "red-bread-2j"
    assert memory.item("red-bread-2j").text == "🍞 [red]bread[/] \ufffdمرحبا\ufffd[2J"
