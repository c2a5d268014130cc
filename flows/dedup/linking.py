"""stub"""

import numpy as np


class Components:
    def __init__(self, labels):
        self._l = labels.copy()

    def join(self, left, right):
        for a, b in zip(np.asarray(left).tolist(), np.asarray(right).tolist()):
            a, b = self._l[a], self._l[b]
            if a != b:
                self._l[self._l == max(a, b)] = min(a, b)

    def labels(self):
        return self._l.copy()


def band_groups(chunks, fresh, *, bands, memory_bytes):
    groups = {}
    for rows, keys in chunks():
        for r, ks in zip(rows.tolist(), keys.tolist()):
            for b, k in enumerate(ks):
                groups.setdefault((b, k), []).append(r)
    for g in groups.values():
        if len(g) > 1 and fresh[g].any():
            yield np.array(sorted(g))


def link(groups, fresh, components, similar):
    pairs = sorted(
        {(a, b) for g in groups for i, a in enumerate(g.tolist()) for b in g.tolist()[i + 1 :] if fresh[a] or fresh[b]}
    )
    if not pairs:
        return
    pairs = np.array(pairs)
    ok = similar(pairs)
    components.join(pairs[ok, 0], pairs[ok, 1])
