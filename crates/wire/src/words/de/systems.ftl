systems-count = { $count ->
    [one] 1 System
   *[other] {$count} Systeme
    }
systems-import = Inventar importieren
systems-none = Noch kein System
systems-none-text = Importieren Sie ein Inventar, auch ein dürftiges: Was es nicht sagt, bleibt unbekannt.
system-visitors = Wer hinein darf, wer drin ist
system-nobody = Niemand
system-nobody-text = Für dieses System ist keine Freigabe offen oder geplant.
system-inside = drin
system-watched = Sitzungen hier sieht {$source}.
system-unwatched = Keine Quelle beobachtet dieses System: Sitzungen erscheinen nur, wenn sie jemand einträgt.
system-engagements = Aufträge, die es umfassen
system-facts = Angaben
system-fact-unknown = nicht angegeben
system-limits = Grenzen und Ausgleich
system-limits-none = Keine Grenze angegeben.
system-compensated = Ausgeglichen bis {$day}: {$measures}
system-compensation-broken = Gebrochen: {$measures}, vereinbart bis {$day}
flag-none = nichts davon
flag-safety = Anlagensicherheit
flag-batch-record = Chargenprotokoll
flag-regulatory-data = Behördendaten
flag-core-network = Kernnetz
flag-legacy = Altsystem
flag-high-availability = hohe Verfügbarkeit
gxp-direct = direkt
gxp-indirect = indirekt
gxp-none = keine
fact-flags = Was es berührt
fact-named-users = Benannte Nutzer
fact-mfa = Zweiter Faktor
fact-logs = Protokolle
fact-file-control = Dateien können kontrolliert werden
