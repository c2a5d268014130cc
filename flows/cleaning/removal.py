"""The rows of removed lines: what each is, why it went, and on what evidence."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools, Ints
from flows.cleaning.repetition import share
from flows.cleaning.roles import GUESSES, guess_roles
from flows.cleaning.rules import Cut
from flows.cleaning.signs import Signs
from schemas import REMOVED_LINES, SITE_LINES

LINE_MODEL = "line_model"
"""The reason of lines that neither repeat nor are known, and that the line model takes for furniture."""
PINNED = "pinned"
"""The reason of lines that the user called furniture."""
SCORE_DIGITS = 3


def removed_rows(
    decisions: Decisions, signs: Signs, document_ids: pa.Array, *, of: Bools, cuts: dict[int, list[Cut]]
) -> pa.Table:
    """Return the removed lines and spans of the documents marked in `of`, without the month.

    `cuts` holds the spans to cut from kept lines, by entry.
    """
    lines = decisions.lines
    whole = np.flatnonzero(~decisions.kept & of[lines.document])
    rows = pa.concat_tables([_whole_lines(decisions, signs, whole), _spans(decisions, cuts)])
    entries = np.concatenate([whole, np.array([e for e in cuts for _ in cuts[e]], dtype=np.int64)])
    documents = document_ids.take(pa.array(lines.document[entries]))
    rows = rows.add_column(0, REMOVED_LINES.schema.field("document_id"), documents)
    rows = rows.add_column(1, REMOVED_LINES.schema.field("line_no"), pa.array(lines.line_no[entries], pa.int32()))
    return rows.select(REMOVED_LINES.schema.names).cast(REMOVED_LINES.schema)


def _whole_lines(decisions: Decisions, signs: Signs, entries: Ints) -> pa.Table:
    lines, repetition = decisions.lines, decisions.repetition
    block, match = decisions.block[entries], decisions.match[entries]
    by_rule = (match >= 0) & (block < 0) & decisions.known[entries]
    by_block = block >= 0
    by_pin = ~by_rule & ~by_block & decisions.overruled.pinned[entries]
    by_template = ~by_rule & ~by_block & ~by_pin & decisions.template[entries]
    block_names = [found.name for found in decisions.blocks]
    rule_names = [found.rule for found in decisions.matches]
    reasons = [*block_names, *rule_names, PINNED, "template", LINE_MODEL]
    number = np.full(len(entries), len(reasons) - 1)
    number[by_template] = len(reasons) - 2
    number[by_pin] = len(reasons) - 3
    number[by_rule] = len(block_names) + match[by_rule]
    number[by_block] = block[by_block]
    roles = [found.block.role for found in decisions.blocks] + [found.role for found in decisions.matches]
    of_line = repetition.of_line[entries]
    counted = by_template | by_pin
    stories = pa.array(repetition.stories[of_line], pa.int32(), mask=~counted)
    site_stories = pa.array(repetition.site_stories[of_line], pa.int32(), mask=~counted)
    reason = pa.array(reasons, pa.string()).take(pa.array(number))
    guessed = guess_roles(decisions, entries, signs)
    by_model = number == len(reasons) - 1
    guessable = counted | by_model
    role_names = [*roles, *GUESSES]
    role = np.where(guessable, len(roles) + guessed, np.minimum(number, max(0, len(roles) - 1)))
    null = pa.nulls(len(entries), pa.int32())
    return pa.table(
        {
            "start": null,
            "end": null,
            "text": lines.distinct.take(pa.array(lines.code[entries])).cast(pa.string()),
            "role": pa.array(role_names, pa.string()).take(pa.array(role)),
            "reason": reason,
            "evidence": _evidence(
                pa.array(reasons, pa.string()).take(pa.array(number, mask=counted | by_model)),
                stories,
                site_stories,
                pa.array(_rounded(decisions.scores[entries]), pa.float64(), mask=~by_model),
            ),
        }
    )


def _spans(decisions: Decisions, cuts: dict[int, list[Cut]]) -> pa.Table:
    flat = [(decisions.lines.text(entry), cut) for entry, found in cuts.items() for cut in found]
    null = pa.nulls(len(flat), pa.int32())
    rules = pa.array([cut.rule for _, cut in flat], pa.string())
    return pa.table(
        {
            "start": pa.array([cut.start for _, cut in flat], pa.int32()),
            "end": pa.array([cut.end for _, cut in flat], pa.int32()),
            "text": pa.array([text[cut.start : cut.end] for text, cut in flat], pa.string()),
            "role": pa.array([cut.role for _, cut in flat], pa.string()),
            "reason": rules,
            "evidence": _evidence(rules, null, null, pa.nulls(len(flat), pa.float64())),
        }
    )


def _rounded(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Round scores to what is worth telling, alike on every machine."""
    wide: npt.NDArray[np.float64] = scores.astype(np.float64)
    return wide.round(SCORE_DIGITS)


def _evidence(rule: pa.Array, documents: pa.Array, site_documents: pa.Array, score: pa.Array) -> pa.StructArray:
    kind = REMOVED_LINES.schema.field("evidence").type
    return pa.StructArray.from_arrays([rule, documents, site_documents, score], fields=list(kind))


def site_line_rows(decisions: Decisions, sites: list[str], *, of: Bools) -> pa.Table:
    """Return the template lines of the sites whose documents are marked in `of`, without the month.

    Lines that the user decided about are among them where a page of the month has them.
    """
    lines, repetition, overruled = decisions.lines, decisions.repetition, decisions.overruled
    told = (decisions.template | overruled.pinned | overruled.vetoed) & of[lines.document]
    chosen = np.unique(repetition.of_line[told])
    stories, site_stories = repetition.stories[chosen], repetition.site_stories[chosen]
    shares = [share(a, b) for a, b in zip(stories.tolist(), site_stories.tolist(), strict=True)]
    moment = pa.timestamp("us", tz="UTC")
    return pa.table(
        {
            "site": pa.array(sites, pa.string()).take(pa.array(repetition.site[chosen])),
            "line": lines.distinct.take(pa.array(repetition.code[chosen])).cast(pa.string()),
            "documents": pa.array(stories, pa.int32()),
            "site_documents": pa.array(site_stories, pa.int32()),
            "share": pa.array(shares, pa.float64()),
            "first_seen_at": pa.array(repetition.first_seen[chosen], moment),
            "last_seen_at": pa.array(repetition.last_seen[chosen], moment),
            "status": _statuses(decisions).take(pa.array(chosen)),
        },
    ).cast(SITE_LINES.schema)


def _statuses(decisions: Decisions) -> pa.Array:
    """Tell for each (site, line) whether it was learned, or what the user said of it."""
    of_line = decisions.repetition.of_line
    status = np.zeros(len(decisions.repetition.code), dtype=np.int64)
    status[of_line[decisions.overruled.pinned]] = 1
    status[of_line[decisions.overruled.vetoed]] = 2
    return pa.array(["learned", PINNED, "vetoed"], pa.string()).take(pa.array(status))
