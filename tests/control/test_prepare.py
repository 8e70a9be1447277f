"""What is loaded once is loaded before the first question: no probe pays for another's certificates."""

from __future__ import annotations

import asyncio

from tests.conftest import FakeClock

from gonogo.control.questions import Questions
from gonogo.formats.config import parse_config
from gonogo.probes import certificate

CONFIG = """\
[launch]
id = "tiny"
name = "Tiny"
[environment.production]
url = "https://shop.example"
[[probe]]
name = "shop"
url = "/"
[[probe]]
name = "box"
url = "https://10.0.0.1/"
insecure = true
"""


def test_authorities_are_loaded_before_anything_is_asked(clock: FakeClock) -> None:
    certificate.trust.cache_clear()
    questions = Questions(parse_config(CONFIG, "gonogo.toml"), None, lambda name: None, clock)
    asyncio.run(questions.prepare())
    loaded = certificate.trust.cache_info().misses
    certificate.context()
    certificate.context(insecure=True)
    assert certificate.trust.cache_info().misses == loaded
