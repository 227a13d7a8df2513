evidence-queue-count = { $count ->
    [one] 1 wartet auf Bewertung
   *[other] {$count} warten auf Bewertung
    }, älteste zuerst
evidence-queue-empty = Nichts wartet auf Bewertung
evidence-queue-empty-text = Nachweise erscheinen hier, sobald ein Dienstleister sie sendet.
evidence-start = Mit dem ältesten beginnen
review-judge = Bewerten
review-place = {$n} von {$total}, älteste zuerst
review-skip = Überspringen
review-proves = Belegt
review-asked = Gefragt
review-item = Der Nachweis
review-original = Originaldatei
review-rows = Zeilen des Nachweises
review-file-only = Diese Art Datei können wir nicht zeigen. Laden Sie das Original herunter.
review-ours = Neben unseren eigenen Aufzeichnungen
review-criteria = Kriterien
review-you = Sie
review-machine = Maschine
review-need = Muss
review-if = Wenn Sie {$grade} wählen:
review-note = Notiz an {$name}
review-note-hint = wird dort gelesen; nötig zum Zurückgeben
review-go = Eintragen und weiter
review-means = Eingetragen unter dem Namen {$name}. Die Datei selbst bleibt, wie sie gesendet wurde.
met-met = Erfüllt
met-part = Teilweise erfüllt
met-not-met = Nicht erfüllt
met-cannot-judge = Nicht beurteilbar
met-ours-missing = Unsere eigene Aufzeichnung fehlt
met-not-applicable = Trifft nicht zu
