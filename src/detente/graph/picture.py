"""A stability analysis in one picture: a row a state, a column a concept, the firmest equilibria on top.

A filled mark is an equilibrium, with a ring around it if it also holds for every coalition; a number says for how many
of the decision makers any other state is stable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import altair as alt

from detente.graph.concepts import CONCEPTS
from detente.graph.saying import ranked
from detente.look import INK, LINE, SOFT

if TYPE_CHECKING:
    from detente.graph.answer import Stability

MOST = 30  # rows
COLUMN, ROW = 64, 22  # pixels


def table_chart(answer: Stability) -> alt.LayerChart:
    """The picture."""
    order, count = ranked(answer)
    shown = [int(s) for s in order[:MOST]]
    names = [answer.model.told(s) for s in shown]
    rows = [row for s, name in zip(shown, names, strict=True) for row in _row(answer, s, name)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("concept:N", sort=list(CONCEPTS), title=None,
                axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)),
        y=alt.Y("state:N", sort=names, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=260)),
        tooltip=[alt.Tooltip("state:N"), alt.Tooltip("concept:N"), alt.Tooltip("whom:N", title="stable for")],
    )  # fmt: skip
    left = len(answer.model.states) - len(shown)
    held = int((count[order[MOST:]] > 0).sum())
    hidden = [f"{left:,} more states are not shown, {held:,} of them equilibria under some concept"] if left else []
    joint = ", ringed: for every coalition too" if answer.joint.sizes["coalition"] else ""
    layers = alt.layer(
        base.transform_filter("datum.kind != 'some'").mark_point(filled=True, size=130, color=LINE, opacity=1),
        base.transform_filter("datum.kind == 'firm'").mark_point(filled=False, size=300, color=LINE, strokeWidth=1.4),
        base.transform_filter("datum.kind == 'some'").mark_text(color=SOFT, fontSize=11).encode(text="of:N"),
    ).properties(
        width=COLUMN * len(CONCEPTS),
        height=ROW * len(shown),
        title=alt.TitleParams(
            text=f"{answer.model.title}: which states hold",
            subtitle=[f"Filled: an equilibrium{joint}", "Numbers: stable for so many of the decision makers",
                      f"Replies: {answer.replies}", *hidden],
            anchor="start", color=INK, subtitleColor=SOFT, fontSize=15, offset=12,
        ),
    ).configure_view(stroke=None).configure_axis(labelColor=SOFT, grid=False)  # fmt: skip
    return cast("alt.LayerChart", layers)


def _row(answer: Stability, state: int, name: str) -> list[dict[str, str]]:
    alone, joint, actors = answer.table.values[state], answer.joint.values[state], answer.model.actors
    found = []
    for n, concept in enumerate(CONCEPTS):
        whom = [actor for k, actor in enumerate(actors) if alone[k, n]]
        firm = bool(len(joint)) and bool(joint[:, n].all())
        kind = "some" if len(whom) < len(actors) else "firm" if firm else "held"
        told = ", ".join(whom) or "nobody"
        found.append({"state": name, "concept": concept, "kind": kind, "of": f"{len(whom)} of {len(actors)}",
                      "whom": told})  # fmt: skip
    return found
