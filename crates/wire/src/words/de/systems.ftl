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
