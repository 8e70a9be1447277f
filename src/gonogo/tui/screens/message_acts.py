"""Writing to people in an incident, and whom to call: acts of the incident screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gonogo.rules import message, text
from gonogo.rules.plan import Template
from gonogo.rules.record import Refusal
from gonogo.tui.lines import Span
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.contact_acts import KEYS, ContactActs
from gonogo.tui.screens.message import MessageScreen
from gonogo.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from gonogo.control.post import Post
    from gonogo.rules.board import IncidentRow


class MessageActs(ContactActs, inherit_bindings=False):
    """Acts that write to customers, support and the public."""

    _unfilled: tuple[Post, Template, str] | None = None
    """The message of which a word is asked for at the bottom."""

    def row(self) -> IncidentRow | None:
        """The incident that is shown."""
        raise NotImplementedError

    def do_messages(self) -> None:
        """Choose a template; the affected customers are listed over it."""
        if (row := self.row()) is None:
            return
        incident = row.incident.id

        def read(room: Any) -> Any:
            from gonogo.control.post import read_post

            return read_post(room, incident)

        def answered(post: Any) -> None:
            if isinstance(post, Refusal):
                self.gonogo.say(post.sentence, bad=True)
            elif not post.templates:
                self.gonogo.say("The plan has no templates; [[template]] in a plan names them.", bad=True)
            else:
                self._choose(post)

        self.gonogo.submit(read, answered)

    def _choose(self, post: Post) -> None:
        body: list[Span] = [(words, "text") for words in message.listed(post.affected, names=True)]
        shown = [one for one in post.templates if one.audience != "beta"]
        choices = [
            Choice(key, template.name, template.key, template.audience)
            for key, template in zip(KEYS, shown, strict=False)
        ]

        if post.contacts:
            choices.append(Choice("s", "support contacts", "", "whom to call, and when they were reached last"))

        def chosen(key: str | None) -> None:
            if key == "":
                self.call(post.contacts)
            elif key:
                self._write(post, next(one for one in post.templates if one.key == key))

        self.app.push_screen(ChooseScreen("Tell whom?", choices, body=body), chosen)

    def _write(self, post: Post, template: Template, written: str | None = None) -> None:
        about = [f"to {template.audience}; filled from the facts of this moment"]

        def ended(words: str | None) -> None:
            if words is not None:
                self._send(post, template, words)

        shown = post.draft(template) if written is None else written
        self.app.push_screen(MessageScreen(template.name, shown, about, self.copy, self.gonogo.redraw), ended)

    def _send(self, post: Post, template: Template, words: str) -> None:
        if left := message.variables(words):
            self._fill(post, template, words, left[0])
            return
        choices = [
            Choice(key, f"over {name}", name, "the watch sends it; kept until it is out")
            for key, name in zip(KEYS, post.channels, strict=False)
        ]
        choices.append(Choice("m", "by my own hand", "", "I sent it; asks how"))

        def chosen(channel: str | None) -> None:
            if channel is None:
                self._write(post, template, words)
            elif channel:
                self.dispatch(post.intent(template, words, channel=channel))
            else:
                hint = "how did it go out? such as: by mail to all of them"
                self.ask("sent", lambda how: self.keep(post.intent(template, words, how=how)), hint=hint)

        self.app.push_screen(ChooseScreen("How does it go out?", choices), chosen)

    def _fill(self, post: Post, template: Template, words: str, name: str) -> None:
        """Ask for what a variable stands for, in this message only."""
        self._unfilled = (post, template, words)

        def submit(value: str) -> None:
            if not (clean := text.tidy(value)):
                self.query_one(Prompt).refuse(
                    f"${name} stands for {message.VARIABLES.get(name, 'something')}; esc goes back"
                )
                return
            filled = message.fill(words, {name: clean.replace("$", "$$")})
            if left := message.variables(filled):
                self._fill(post, template, filled, left[0])
                return
            self._unfilled = None
            self.query_one(Prompt).close()
            self._send(post, template, filled)

        self.ask(name, submit, hint=f"{message.VARIABLES.get(name, 'what it stands for')}; for this message")

    def on_prompt_closed(self) -> None:
        """Go back to the message of which nothing was filled in."""
        if self._unfilled:
            post, template, words = self._unfilled
            self._unfilled = None
            self._write(post, template, words)

    def do_contacts(self) -> None:
        """Show whom to call; a key says that they were reached just now."""
        self.whom_to_call()
