history-title = History
history-lead = Every change with who, when, before and after, why, and the place of its entry in the record.
history-what = What
history-change = Before → after
history-proof = Proof
history-why = Why: {$why}
history-absent = was not there
history-removed = removed
