admin-would = Hätte abgewiesen
would-title = Hätte abgewiesen
would-lead = Was Prüfungen, die nur beobachten oder warnen, seit {$day} abgewiesen hätten, aus den Entscheidungen, wie sie festgehalten sind. Ein Antrag zählt für jede Prüfung einmal.
would-cut = Es gibt mehr Entscheidungen, als hier angesehen werden: dies sind die neuesten {$most}.
would-none = Nichts wäre abgewiesen worden
would-none-text = Keine beobachtende oder warnende Prüfung schlug bei einem Antrag der letzten 30 Tage fehl.
would-by-check = Nach Prüfung und Standort
would-now = Gilt jetzt
would-count = Hätte abgewiesen
would-of = {$would} von {$of}
would-requests = Die Anträge
would-checks = Prüfungen, die ihn durchließen
would-came = Was daraus wurde
would-any-check = jede Prüfung
modes-from = Ab
modes-from-hint = erster Augenblick dieses Tages, {$zone}; leer: sofort
modes-reason = Warum
modes-look = Zeigen, wen es trifft
touched-title = Wen das träfe
touched-says = {$site}: {$mode} ab {$from}
touched-providers = Dienstleister
touched-people = Personen
touched-requests = Offene Anträge
touched-grants = Freigaben
touched-coming = Fenster, die danach beginnen
touched-running = { $count ->
    [0] Dort läuft jetzt keine Sitzung.
    [one] Dort läuft jetzt 1 Sitzung. Sie geht weiter: Eine Strenge beendet keine Sitzung.
   *[other] Dort laufen jetzt {$count} Sitzungen. Sie gehen weiter: Eine Strenge beendet keine Sitzung.
    }
touched-open = Offene Anträge und Freigaben, beurteilt, wie sie es dann wären
touched-none = { $count ->
    [0] Dort ist nichts offen.
   *[other] Von {$count} offenen würde keiner anders beurteilt.
    }
touched-judged = {$count} sind offen und wurden neu beurteilt; hier stehen die, die anders beurteilt würden.
touched-cut = Es sind mehr offen, als beurteilt wurden.
touched-then = Dann
touched-after = beginnt nach der Änderung
touched-past = Anträge der letzten 30 Tage, die diese Prüfungen abgewiesen hätten
touched-past-none = Keine.
touched-past-count = { $count ->
    [one] 1 Antrag
   *[other] {$count} Anträge
    }
touched-past-all = Alle davon
touched-means = Ab diesem Augenblick gelten die Prüfungen so. Was entschieden ist, bleibt entschieden, und laufende Arbeit geht an ihr vereinbartes Ende.
touched-back = Ändern
turn-stopped = würde nicht eingelassen
turn-warned = würde gewarnt
turn-released = würde eingelassen
invalid-mode-twice = Nennen Sie entweder einen Augenblick oder einen Tag.
