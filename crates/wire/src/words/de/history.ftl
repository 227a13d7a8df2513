history-title = Verlauf
history-lead = Jede Änderung mit wer, wann, vorher und nachher, warum und der Stelle ihres Eintrags im Protokoll.
history-what = Was
history-change = Vorher → nachher
history-proof = Beleg
history-why = Warum: {$why}
history-absent = war nicht da
history-removed = entfernt
