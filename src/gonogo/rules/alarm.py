"""What an alarm says: product, what fails, since when, the last change, the next step, how to open the room."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from gonogo.rules.incident import Incident, IncidentStep, current_step
from gonogo.rules.plan import Launch


def alarm(launch: Launch, incident: Incident, steps: Sequence[IncidentStep], open_with: str = "") -> str:
    """Write the message of an incident's opening; unknown impact is said to be unknown."""
    zone = ZoneInfo(launch.timezone)
    since = (incident.onset_at or incident.detected_at).utc.astimezone(zone)
    stage = f"{incident.state}, open again" if incident.reopened else incident.state
    lines = [
        f"{launch.name}: {incident.title}. Incident {incident.label}, {incident.severity}, {stage}.",
        f"Since {since:%H:%M:%S %Z}. Impact unknown. Last change: {incident.last_change or 'none is known'}.",
    ]
    step = current_step(steps)
    if step and step.due_s is not None:
        due = incident.detected_at.after(step.due_s).utc.astimezone(zone)
        lines.append(f"Next: {step.text}, due {due:%H:%M:%S}.")
    if open_with:
        lines.append(f"Open the room: {open_with}")
    return "\n".join(lines)
