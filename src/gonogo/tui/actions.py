"""The one table of actions: bindings, hints, palette, help, docs and the user's keymap come from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal[
    "room", "incident", "probe", "poll", "lists", "probes", "panes", "sides", "rows", "finds", "runs", "ways", "all"
]
"""The screen of an action.

`probes` is wherever a probe can be chosen, `panes` wherever there are several panes, `sides` wherever there is a
left and a right, `rows` wherever rows are written, `finds` wherever they are found, `runs` wherever commands are run,
`all` is everywhere.
"""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done: `keys` as Textual names them, `shown` as people read them."""

    id: str
    keys: str
    shown: str
    label: str
    help: str
    where: Where = "all"
    asks: bool = False
    """Whether it asks before it acts."""
    cli: str | None = None
    """The command that does the same; nothing for what only moves about the screen."""
    rank: int = 0
    """Its place in the hints, from 1; 0 is never hinted."""
    demo: bool = False
    looks: bool = False
    """Whether it only looks or moves about, so that whoever may not act may do it."""
    on: tuple[str, ...] = ()
    """The kinds of row in the room that it acts on; without any, it acts wherever the cursor is."""


ITEM, PROBE, PLACE = ("item",), ("probe",), ("item", "section")
ROW = ("item", "section", "probe", "ready", "phase", "reason")

ACTIONS: tuple[Action, ...] = (
    Action("up", "up,k", "↑ k", "up", "Move up.", rank=0, looks=True),
    Action("down", "down,j", "↓ j", "down", "Move down.", looks=True),
    Action("left", "left,h", "← h", "left", "Go to the pane before; on a probe, a shorter history.", "sides",
           looks=True),
    Action("right", "right,l", "→ l", "right", "Go to the pane after; on a probe, a longer history.", "sides",
           looks=True),
    Action("page_up", "pageup", "pgup", "page up", "Move up a page.", looks=True),
    Action("page_down", "pagedown", "pgdn", "page down", "Move down a page.", looks=True),
    Action("next", "tab", "tab", "next pane", "Go to the next pane.", "panes", looks=True),
    Action("previous", "shift+tab", "shift+tab", "pane before", "Go to the pane before.", "panes", looks=True),
    Action("pane_1", "1", "1", "phases", "Go to the phases.", "room", looks=True),
    Action("pane_2", "2", "2", "gate", "Go to the gate.", "room", looks=True),
    Action("pane_3", "3", "3", "checklist", "Go to the checklist.", "room", looks=True),
    Action("pane_4", "4", "4", "probes", "Go to the probes.", "room", looks=True),
    Action("pane_5", "5", "5", "ready", "Go to what must always be ready.", "room", looks=True),
    Action("pane_6", "6", "6", "orders", "Go to orders and today.", "room", looks=True),
    Action("due", "full_stop", ".", "what is due", "Go to what NOW says is due; space does it there.", "room",
           looks=True),
    Action("open", "enter", "enter", "open", "Open or explain what is chosen.", cli="status", rank=14, on=ROW,
           looks=True),
    Action("tick", "space", "space", "tick", "Tick, untick, affirm or renew; a step: done; a bug: its next state.",
           cli="item tick", rank=1, on=("item", "ready")),
    Action("edit", "e", "e", "edit", "Reword item or section; correct what was logged; in the gate, the demand.",
           "rows", cli="item edit", rank=3, on=("item", "section", "reason")),
    Action("add", "a", "a", "add", "Add an item below; in the lists, log another.", "rows", cli="item add", rank=4,
           on=PLACE),
    Action("remove", "d", "d", "remove", "Remove item or empty section, u brings it back; void what was logged.",
           "rows", cli="item remove", rank=13, on=PLACE),
    Action("move", "m", "m", "move", "Move the item or section: then up or down, enter ends.", "room", cli="item move",
           rank=15, on=PLACE),
    Action("mark", "asterisk", "*", "mark", "Mark the item or unmark it; what follows is done to all.",
           "room", cli="item put"),
    Action("mark_up", "shift+up", "shift+↑", "mark up", "Mark upwards.", "room", cli="item put"),
    Action("mark_down", "shift+down", "shift+↓", "mark down", "Mark downwards.", "room", cli="item put"),
    Action("cut", "ctrl+x", "ctrl+x", "cut", "Take items up with what stands under them, to put elsewhere.", "room",
           cli="item put"),
    Action("put", "ctrl+v", "ctrl+v", "put here", "Put what was cut below, or at the end of the section.", "room",
           cli="item put"),
    Action("indent", "greater_than_sign", ">", "in", "Move the item in, under the one above.", "room",
           cli="item indent"),
    Action("outdent", "less_than_sign", "<", "out", "Move the item out.", "room", cli="item outdent"),
    Action("properties", "equals_sign", "=", "properties", "Owner, due, kind, every, cron, evidence, ... in one line.",
           "room", cli="item set", rank=100, on=ITEM),
    Action("split", "vertical_line", "|", "split", "Make several items of one: // where it splits.", "room",
           cli="item split"),
    Action("duplicate", "", "", "add again", "Add the same items again, not ticked.", "room", cli="item duplicate"),
    Action("new_section", "plus", "+", "new section", "Add a section behind this one.", "room", cli="section add"),
    Action("section_mode", "", "", "how it is done", "Section: one after the other, or any order and then confirmed.",
           "room", cli="section mode"),
    Action("remove_section", "", "", "remove section", "Remove the section with its items; it asks.", "room",
           cli="section remove"),
    Action("undo", "u", "u", "undo", "Take back your last change; what was logged stays.", cli="undo", rank=9),
    Action("redo", "ctrl+r", "ctrl+r", "redo", "Do again what you took back.", cli="redo"),
    Action("order", "o", "o", "order", "Log an order: 42 phone @10:30", cli="log order", rank=5),
    Action("feedback", "f", "f", "feedback", "Log feedback: 5 beta3 smooth", cli="log feedback", rank=6),
    Action("bug", "b", "b", "bug", "Log a bug: high invoice is blank", cli="log bug", rank=7),
    Action("note", "n", "n", "note", "Write a note; in an incident, on its timeline.", cli="log note", rank=8),
    Action("question", "t", "t", "question", "Log a question that a customer asked.", cli="log question"),
    Action("lists", "s", "s", "lists", "Orders, feedback, bugs, questions, people, the FAQ, lessons, doubts.", "room",
           cli="log list", rank=10, looks=True),
    Action("link", "x", "x", "link", "Link it to a bug or an incident; an order then is not clean.", "lists",
           cli="log link", rank=5),
    Action("promote", "", "", "to the FAQ", "Put the question into the FAQ with its answer.", "lists",
           cli="log promote"),
    Action("owner", "", "", "owner", "Say whose the bug is.", "lists", cli="log owner"),
    Action("told", "", "", "told of the fix", "Say that whoever found the bug knows of it.", "lists", cli="log told"),
    Action("tested", "", "", "tested", "Say what the tester has tested.", "lists", cli="people tested"),
    Action("consent", "", "", "consent", "Say that they agreed to take part, or no longer.", "lists",
           cli="people edit"),
    Action("deploy", "", "", "deploy", "Log a deploy: v1.8.3 @14:05", cli="log deploy"),
    Action("excuse", "", "", "not applicable", "Say why the item does not apply.", "room", cli="item excuse"),
    Action("break_guard", "", "", "guard broken", "Say that the guard no longer holds.", "room", cli="item break"),
    Action("check", "", "", "check all", "Ask all probes now.", cli="check"),
    Action("check_probe", "r", "r", "check now", "Ask the probe now.", "probes", cli="check", rank=1, on=PROBE),
    Action("pause", "p", "p", "pause", "Pause the probe, with an end and a reason; again: it counts again.", "probes",
           cli="probe pause", rank=2, on=PROBE),
    Action("maintain", "i", "i", "maintenance", "Ask the probe, and let nothing count, for some time.", "probes",
           cli="probe maintenance", rank=3, on=PROBE),
    Action("snooze", "z", "z", "snooze", "Be quiet for a while; what comes due is told at its end.",
           cli="incident snooze", rank=21),
    Action("hand_over", "O", "O", "hand over", "Give the incident to the next contact, or to somebody else.",
           asks=True, cli="incident hand-over", rank=22),
    Action("notify", "", "", "test alarms", "Send a test through every channel; a person says that it was seen.",
           cli="notify test"),
    Action("retry", "", "", "retry messages", "Try again the messages that were given up.", cli="notify retry"),
    Action("acknowledge", "y", "y", "acknowledge", "Say: I have it.", cli="incident ack", rank=2),
    Action("find", "slash", "/", "find", "Show some items: text, @owner, due, open; elsewhere, find a row.", "finds",
           rank=11, looks=True),
    Action("card", "", "", "handover card", "What to read out when handing over: state, why, next, timers, seats.",
           cli="incident handover"),
    Action("postmortem", "", "", "postmortem", "Write the postmortem of the incident in front, or of the last one.",
           cli="incident postmortem"),
    Action("palette", "colon,ctrl+p", ":", "commands", "Every act by name.", rank=12, looks=True),
    Action("help", "question_mark", "?", "help", "What the keys do.", rank=99, looks=True),
    Action("incident", "exclamation_mark", "!", "incident", "Declare an incident, or go to the open one.",
           asks=True, cli="incident declare", rank=98),
    Action("see_incident", "v", "v", "see incident", "See the open incident.", "room", cli="incident list", rank=2,
           looks=True),
    Action("declare", "", "", "declare another", "Declare a further incident.", asks=True, cli="incident declare"),
    Action("drill", "", "", "drill", "Begin a drill: an incident that is not real, on the same clock, scored.",
           cli="drill"),
    Action("end_drill", "", "", "end the drill", "End the drill early, and say why; it is not scored.",
           cli="drill end"),
    Action("drills", "", "", "drills", "What each drill came to.", cli="drill list", looks=True),
    Action("rollback", "R", "R", "roll back", "Run [rollback], the launch's id typed; or look at what runs.", "runs",
           True, "rollback", 2),
    Action("hotfix", "X", "X", "hotfix", "Run [hotfix], or the command of the step; the launch's id typed.", "runs",
           True, "hotfix", 5),
    Action("dry_run", "D", "D", "dry run", "Rehearse the rollback: it changes nothing.", "runs", True,
           "rollback"),
    Action("stop", "K", "K", "stop it", "Stop the command that runs, the launch's id typed; what it began may go on.",
           "runs", True, "stop", 2),
    Action("severity", "S", "S", "severity", "Set the severity.", "incident", True, "incident severity", 10),
    Action("resolve", "V", "V", "resolve", "Resolve the incident.", "incident", True, "incident resolve", 3),
    Action("messages", "c", "c", "tell", "Write to customers, support or the public: filled, edited, copied, sent.",
           "incident", cli="incident comms", rank=4),
    Action("contacts", "", "", "contacts", "Whom to call, and who was reached; c offers it too.", "incident",
           cli="contact"),
    Action("reopen", "", "", "not over", "Say what is still wrong, while it is monitored.", "incident",
           cli="incident reopen"),
    Action("advance", "A", "A", "advance", "Pass the phase: what stands in the way, what changes, the ways on.", "ways",
           True, "advance", 10),
    Action("poll", "P", "P", "poll", "Go to the go/no-go poll; there, call it.", asks=True, cli="poll", rank=18),
    Action("go", "G", "G", "go", "Answer go for the seat; green ones together.", "poll", True, "vote", 1),
    Action("no_go", "N", "N", "no-go", "Answer no-go for the seat, with a reason.", "poll", True, "vote", 2),
    Action("hold", "H", "H", "hold", "Hold the launch with reason and end, or resume it.", "room", True, "hold", 19),
    Action("waive", "W", "W", "waive", "Let the criterion pass, or not apply.", "room", True, "waive", 2,
           on=("reason",)),
    Action("step_back", "", "", "step back", "Go back to the phase before, and say why.", "room", cli="step-back"),
    Action("abandon", "", "", "give it up", "Give the launch up, its id typed.", "room", cli="close"),
    Action("watch", "w", "w", "start the watch", "Start a watch; end a stalled one.", cli="watch", rank=2),
    Action("config", "g", "g", "config error", "Read in full what is wrong with gonogo.toml.", cli="doctor", rank=1,
           looks=True),
    Action("report", "", "", "report", "Write the report as a page for a browser, and say where.", cli="report"),
    Action("theme", "", "", "theme", "Choose another theme.", looks=True),
    Action("demo_break", "B", "B", "break checkout", "Demo: break the checkout.", cli="demo break", rank=16, demo=True),
    Action("demo_mend", "M", "M", "mend", "Demo: roll the shop back.", cli="demo mend", rank=17, demo=True),
    Action("back", "q", "q", "back", "Go back; at the top, quit.", rank=97, looks=True),
    Action("cancel", "escape", "esc", "leave it", "Leave what is under way; it never quits.", looks=True),
)  # fmt: skip

BY_ID = {action.id: action for action in ACTIONS}


def on(where: Where, *, demo: bool, looks: bool = False) -> list[Action]:
    """Return the actions of a screen; of those, for one who only looks, what is no act."""
    places = {where, "all"}
    places |= {"probes"} if where in ("room", "probe") else set()
    places |= {"panes"} if where in ("room", "incident", "lists") else set()
    places |= {"sides"} if where in ("room", "probe", "lists") else set()
    places |= {"rows"} if where in ("room", "lists") else set()
    places |= {"ways"} if where in ("room", "poll") else set()
    places |= {"finds", "runs"} if where in ("room", "incident") else set()
    found = [one for one in ACTIONS if one.where in places and (demo or not one.demo)]
    return [one for one in found if one.looks] if looks else found
