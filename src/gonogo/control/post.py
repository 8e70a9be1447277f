"""What messages are written from: the launch's templates, the facts of an incident, channels and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gonogo.control.shelf import affected
from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError
from gonogo.rules import contact, message
from gonogo.rules.clock import Instant
from gonogo.rules.contact import Contact
from gonogo.rules.incident import Incident
from gonogo.rules.launch import active_phase
from gonogo.rules.message import Affected, SendMessage, Situation
from gonogo.rules.plan import Launch, Template
from gonogo.rules.record import Refusal
from gonogo.store import evidence, watching

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.config import Config


@dataclass(frozen=True, slots=True)
class Post:
    """All that a message to people is made of, as things stand."""

    incident: Incident
    templates: tuple[Template, ...]
    values: Mapping[str, str]
    affected: Affected
    channels: tuple[str, ...]
    contacts: tuple[Contact, ...]
    next_update: Instant

    def draft(self, template: Template) -> str:
        """Fill a template."""
        return message.draft(template.body, self.values, self.incident)

    def intent(self, template: Template | None, written: str, *, channel: str = "", how: str = "") -> SendMessage:
        """Say that a message goes out; it promises a next update where its template does."""
        promises = template is None or "next_update" in message.variables(template.body)
        return SendMessage(
            incident=self.incident.id, audience=template.audience if template else "customers", text=written,
            template=template.key if template else "", channel=channel, how=how,
            next_update=self.next_update if promises else None,
        )  # fmt: skip


def config_of(room: ControlRoom) -> Config | None:
    """Read the accepted config."""
    accepted = watching.accepted_config(room.store.db)
    try:
        return parse_config(accepted, "the accepted config") if accepted else None
    except FileError:  # accepted by another version
        return None


def contacts_of(room: ControlRoom) -> tuple[Contact, ...]:
    """List whom one can call, with the date on which each was reached last."""
    config = config_of(room)
    return contact.known(config.contact if config else (), evidence.read(room.store.db, ["contact"]))


def read_post(room: ControlRoom, incident_id: str, next_s: float | None = None) -> Post | Refusal:
    """Collect what messages about an incident are made of."""
    state, now, config = room.store.state(), room.clock.now(), config_of(room)
    incident, launch = state.get(Incident, incident_id), next(iter(state.all(Launch)), None)
    if incident is None or launch is None:
        return Refusal("There is no such incident; `gonogo incident list` shows them.")
    contacts = contacts_of(room)
    public = next((one for one in contacts if one.public), None)
    struck = affected(room.store, incident, now)
    phase = active_phase(state)
    places = config.environment if config else {}
    place = places.get(phase.environment if phase else "production") or next(iter(places.values()), None)
    due = message.promised(now, next_s or (config.room.update_every if config else message.UPDATE_S))
    at = Situation(
        launch, incident, struck, now, due, place.url if place else "",
        (public.mail or public.phone) if public else "",
    )  # fmt: skip
    channels = tuple(one.name for one in config.channel) if config else ()
    return Post(incident, tuple(state.all(Template)), message.values(at), struck, channels, contacts, due)
