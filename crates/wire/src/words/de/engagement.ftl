engagement-activate = Aktivieren
engagement-gates = Bevor er benutzt werden darf
engagement-scope = Systeme im Umfang
engagement-tier-why = Worauf die Stufe beruht
engagement-tier-change = Andere Angaben machen…
engagement-fact-unknown = nicht bekannt, gilt als ja
engagement-may = Was getan werden darf
engagement-owed = { $count ->
    [one] 1 Pflicht
   *[other] {$count} Pflichten
    }
engagement-clauses = Klauseln
clause-binding = prüfbar und bindend
clause-testable = prüfbar, nicht bindend
clause-vague = vage: nicht einforderbar
gate-qualification = Qualifizierung deckt Umfang und Tiefe
gate-contract = Vertrag unterschrieben und in Kraft
gate-responsibilities = Zuständigkeiten vereinbart
gate-information = Informationsaustausch vereinbart
gate-access-method = Zugangsweg festgelegt
gate-contact = Dienstleister hat einen Kontakt
tierchange-title = Angaben machen, Stufe sehen
tierchange-facts = Angaben
tierchange-preview = Zeigen, was es bewirkt
tierchange-if = Wenn Sie das speichern
tierchange-same = Nichts ändert sich.
tierchange-sum = { $added ->
    [one] 1 Pflicht kommt
   *[other] {$added} Pflichten kommen
    } hinzu, {$removed} entfallen.
tierchange-added = Kommt hinzu: {$count}
tierchange-removed = Entfällt: {$count}
tierchange-save = Angaben speichern
tierchange-second = Eine zweite Person muss zustimmen, bevor es gilt.
