"""A report as one page: self-contained, readable without scripts and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from gonogo.formats.report_svg import svg
from gonogo.rules.page import Block, Cell, Chart, Line, Page, Section, Table
from gonogo.rules.text import scrub

MARK = "<!doctype html>\n<!-- a gonogo report -->\n"
"""How a report begins, so that one can be known again."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_STYLE = """
:root { color-scheme: light dark; --ground: #fbfbf9; --panel: #f1f1ec; --text: #22262b; --dim: #646b73;
  --line: #d9d9d2; --go: #14713b; --hold: #8a5a00; --nogo: #b3261e; --accent: #2459a6; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171a; --panel: #1d2125; --text: #dde1e5; --dim: #959da6;
  --line: #343a41; --go: #5fce8a; --hold: #e7b655; --nogo: #ff8578; --accent: #86b4f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
header { border-bottom: 1px solid var(--line); padding-bottom: 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; } p { margin: .4rem 0; } ul { margin: .4rem 0; padding-left: 1.2rem; }
header p { margin: .25rem 0; } .sentence { font-size: 1.15rem; }
.verdict { display: inline-block; padding: .1rem .6rem; border: 2px solid currentColor; border-radius: .4rem;
  font-weight: 700; margin-right: .6rem; }
.made, .dim, th, figcaption, footer { color: var(--dim); } .go { color: var(--go); } .hold { color: var(--hold); }
.nogo { color: var(--nogo); } td.go, td.hold, td.nogo { font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: min(100%, 24rem); font-size: .92rem; margin: .5rem 0; }
th { text-align: left; font-weight: 500; white-space: nowrap; }
th, td { padding: .3rem 1.1rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; } td.n, th.n { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; } td.s { white-space: nowrap; }
td:last-child { min-width: 9rem; } td.n:last-child { min-width: 0; }
figure { margin: .75rem 0; display: inline-block; width: min(100%, 31rem); margin-right: 1rem; vertical-align: top; }
figcaption { font-size: .85rem; } svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--dim); } svg .bar { fill: var(--accent); } svg .go { fill: var(--go); }
svg .hold { fill: var(--hold); } svg .nogo { fill: var(--nogo); } svg .none { fill: var(--line); }
svg .axis { stroke: var(--line); } svg .course { fill: none; stroke: var(--accent); stroke-width: 2; }
svg .dot { fill: var(--accent); }
nav a { color: var(--accent); margin-right: 1rem; white-space: nowrap; text-decoration: none; }
nav { margin-top: 1rem; font-size: .92rem; }
footer { border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 1rem; font-size: .88rem; }
@media print { :root { --ground: #fff; --panel: #fff; --text: #000; --dim: #444; --line: #bbb; --go: #14713b;
  --hold: #8a5a00; --nogo: #b3261e; --accent: #2459a6; } body { padding: 0; max-width: none; font-size: 11px; }
  nav { display: none; } h2, h3 { break-after: avoid; } tr, figure { break-inside: avoid; } .wide { overflow: visible; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
"""


def as_html(page: Page) -> str:
    """Write a report as one page; everything that came from outside is text in it and nothing else."""
    title = text(f"{page.title}: {page.verdict}")
    sections = "\n".join(_section(one) for one in page.sections)
    links = "\n".join(f'<a href="#{text(one.key)}">{text(one.title)}</a>' for one in page.sections)
    foot = "\n".join(f"<p>{text(one)}</p>" for one in page.foot)
    return f"""{MARK}<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{text(page.title)}</h1>
<p class="made">{text(page.made)}</p>
<p class="sentence"><span class="verdict {page.state}">{text(page.verdict)}</span>{text(page.sentence)}</p>
<nav>
{links}
</nav>
</header>
<main>
{sections}
</main>
<footer>
{foot}
</footer>
</body>
</html>
"""


def text(words: str) -> str:
    """Return words as text of a page, in an attribute too."""
    return escape(scrub(words), quote=True)


def _section(section: Section) -> str:
    body = "\n".join(_blocks(section.blocks))
    return f'<section id="{text(section.key)}">\n<h2>{text(section.title)}</h2>\n{body}\n</section>'


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Write blocks; points that follow each other are one list."""
    points: list[str] = []
    for block in blocks:
        if isinstance(block, Line) and block.kind == "point":
            points.append(f"<li{_class(block.state)}>{text(block.text)}</li>")
            continue
        if points:
            yield f"<ul>{''.join(points)}</ul>"
            points = []
        yield _block(block)
    if points:
        yield f"<ul>{''.join(points)}</ul>"


def _block(block: Block) -> str:
    match block:
        case Line():
            tag = "h3" if block.kind == "head" else "p"
            return f"<{tag}{_class(block.state)}>{text(block.text)}</{tag}>"
        case Chart():
            return f"<figure><figcaption>{text(block.title)}</figcaption>{svg(block)}</figure>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    head = "".join(f"<th{_class('n' if place in table.right else '')}>{text(one)}</th>"
                   for place, one in enumerate(table.head))  # fmt: skip
    rows = "\n".join(
        "<tr>" + "".join(_cell(cell, place, table) for place, cell in enumerate(row)) + "</tr>" for row in table.rows
    )
    return f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'


def _cell(cell: Cell, place: int, table: Table) -> str:
    number = "n" if place in table.right else "s" if len(cell.text) <= 18 else ""
    return f"<td{_class(' '.join(filter(None, (number, cell.state))))}>{text(cell.text)}</td>"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
