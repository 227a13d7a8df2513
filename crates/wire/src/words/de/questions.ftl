event-expect-tier-answered = Fünf Fragen zur Stufe beantwortet
questions-title = Fünf Fragen zur Stufe
questions-lead = Zu jedem Auftrag fünf Fragen in einfachen Worten. Aus den Antworten folgt die Stufe und damit, was vom Dienstleister verlangt wird. Je zwei Minuten; vorher ist nichts nachzuschlagen.
questions-progress = {$done} von {$all} beantwortet
questions-progress-unknown = { $count ->
    [one] Davon einer mit „weiß nicht“, wo die Stufe es wissen muss.
   *[other] Davon {$count} mit „weiß nicht“, wo die Stufe es wissen muss.
 }
questions-next = Nächster ohne Antworten
questions-skip = Weiter zum nächsten
questions-none = Kein Auftrag, zu dem zu fragen wäre
questions-none-text = Hier steht jeder Auftrag, der nicht beendet ist, an einem Standort, an dem Sie Tatsachen zur Stufe angeben dürfen.
questions-no-site = noch kein Standort
questions-site-hint = Die Antworten gelten für diesen Auftrag an diesem Standort.
questions-preview = Stufe zeigen
questions-save = Antworten speichern
questions-would = Diese Antworten ergeben
questions-stands = Jetzt:
questions-stands-none = Jetzt: nicht bekannt
questions-same = Keine Pflicht kommt oder geht.
questions-gates = Bis die offenen Fragen geklärt sind, wird neuer Zugang wie T1 beurteilt, und für den Dienstleister beginnen keine Fristen.
questions-open = { $count ->
    [one] Eine Frage ist offen
   *[other] {$count} Fragen sind offen
 }
questions-open-none = Nichts, was die Stufe braucht, ist unbekannt.
questions-open-task = Es wird unter „Heute“ zur Aufgabe für alle, die es beantworten dürfen.
questions-unknown-is-an-answer = „Weiß nicht“ ist eine Antwort. Sie macht eine Stufe nie niedriger: Bis es jemand weiß, wird neuer Zugang wie T1 beurteilt.
questions-may-not = Diese Fragen beantwortet nur, wer an diesem Standort Tatsachen zur Stufe angeben darf.
questions-last = Zuletzt beantwortet von {$name}, {$at}.
questions-after-import = Als Nächstes: fünf Fragen zur Stufe je Auftrag
question-access = Kommen seine Leute oder Geräte herein?
questionhint-access = Über ein Netz, oder vor Ort mit einem Laptop, einem Stick oder einem Messgerät, das irgendwo angeschlossen wird.
question-change = Könnten sie dort etwas ändern?
questionhint-change = Programme, Einstellungen, Sollwerte, Daten oder Benutzer, nicht nur ansehen. Es zählt, was sie könnten, nicht, was sie vorhaben.
question-safety = Könnte es etwas erreichen, das Menschen oder Umwelt schützt?
questionhint-safety = Not-Halt, Sicherheitssteuerung, Brand- und Gaswarnung, Druckentlastung, Verriegelungen.
question-product = Was könnte es mit dem Produkt, einem Chargenprotokoll oder Daten für eine Behörde machen?
questionhint-product = Unmittelbar: Es stellt das Produkt her, prüft oder protokolliert es, oder es führt Daten, auf die sich eine Behörde verlässt. Mittelbar: Es liefert etwas, wovon das Produkt abhängt, etwa reine Luft, Wasser oder Kälte.
question-network = Könnte es das Netz erreichen, von dem andere abhängen?
questionhint-network = Kern-Switches, Firewalls, Domänenserver, Fernzugang, virtuelle Hosts.
qanswer-yes = Ja
qanswer-no = Nein
qanswer-unknown = Weiß nicht
qanswer-direct = Unmittelbar
qanswer-indirect = Mittelbar
qanswer-none = Nichts
asked-open = nicht beantwortet
asked-unknown = „weiß nicht“ ist offen
asked-told = beantwortet
tier-as-answered = wie beantwortet
tier-answered-unknown = beantwortet: weiß nicht
today-questions = Das muss jemand wissen: {$what}
done-questions-answered = Die Antworten sind gespeichert. Die Stufe folgt aus ihnen.
invalid-question-open = Wählen Sie eine Antwort; „weiß nicht“ ist eine.
invalid-answers-contradict = Niemand kommt herein und etwas wird geändert: Eines von beiden stimmt nicht. Berichtigen Sie die erste oder diese Antwort.
fld-answers = Antworten auf die Fragen zur Stufe
fld-access = Kommt herein
fld-safety = Erreicht, was schützt
fld-network = Erreicht das Kernnetz
