providers-count = { $count ->
    [one] 1 Dienstleister
   *[other] {$count} Dienstleister
    }
providers-add = Dienstleister anlegen
providers-none = Noch kein Dienstleister
providers-none-text = Dienstleister kommen per Import oder einzeln. Unbekanntes bleibt unbekannt, bis es jemand angibt.
providers-import = Liste importieren
providers-table = Dienstleister und ihre Nachweise je Bereich
providers-caption = Dienstleister, schlechtester Stand zuerst, mit Nachweisen je Bereich SP.01 bis SP.12
providers-no-reason = Kein Grund dagegen
providers-numbers = Zahlen statt Balken
providers-bars = Balken statt Zahlen
providers-legend = Ein Balken zeigt den Anteil der Bewertungen im Bereich. Lücken stehen links und werden nie zu dünn zum Sehen, damit sich ein fehlender Nachweis nicht im Durchschnitt versteckt.
provider-qualified-to = bis {$day}
provider-unqualified = nicht qualifiziert
provider-file = Akte des Dienstleisters
provider-three = Erwarten, zeigen, beobachten
provider-areas = Nach Bereichen
provider-all-requirements = { $count ->
    [one] 1 Anforderung
   *[other] Alle {$count} Anforderungen
    }
provider-steps = Stand in {$site}
provider-ours = Unsere Aufgabe
provider-ours-sub = zählt nicht gegen sie
provider-ours-none = Auf unserer Seite ist nichts offen.
provider-people = {$named} benannt, {$active} aktiv, {$unused} seit 90 Tagen unbenutzt
provider-contact = Kontakt {$name}.
expect = Erwarten
expect-sub = was wir verlangen
expect-binding = Vertraglich bindend
expect-testable = Prüfbare Klauseln
expect-read = Vom Dienstleister gelesen
show = Zeigen
show-sub = was sie nachweisen
observe = Beobachten
observe-sub = was wir sehen, 90 Tage
observe-sessions = Sitzungen
observe-sessions-text = {$count}, { $over ->
    [one] 1 Überziehung
   *[other] {$over} Überziehungen
    }
observe-referenced = Mit Änderungsnummer
observe-no-source = Keine Quelle meldet Sitzungen: Es ist nichts bekannt, weder Gutes noch Schlechtes.
tab-overview = Überblick
tab-people = Personen
tab-engagements = Aufträge
tab-evidence = Nachweise
tab-access = Zugang
tab-findings = Feststellungen
tab-history = Verlauf
people-none = Noch niemand benannt
people-none-text = Der Dienstleister benennt Personen in seinem Portal. Eine natürliche Person je Freigabe.
people-contact = Kontakt
people-identity = Identität geprüft
people-mfa = Zweiter Faktor
people-training = Werksregeln und Schulung
people-used = Zuletzt drin
engagements-none = Noch kein Auftrag
engagements-none-text = Ohne Auftrag darf niemand von diesem Dienstleister hinein.
why-since = Warum {$standing}, seit {$day}
why-always = Warum {$standing}
why-counts = { $count ->
    [0] kein Grund zählt
    [one] 1 Grund zählt
   *[other] {$count} Gründe zählen
    }{ $not ->
    [0] {""}
    [one] , 1 nicht
   *[other] , {$not} nicht
    }
why-computed = berechnet {$at}
why-more = {$count} weitere
why-none = Kein Grund zählt gegen sie.
why-means = Was das jetzt heißt
why-back = { $count ->
    [one] Wieder Gut, wenn dies erledigt ist
   *[other] Wieder Gut, wenn alle {$count} erledigt sind
    }
evidence-none = Noch nichts gefragt
evidence-none-text = Anforderungen folgen aus der Stufe eines Auftrags.
evidence-no-item = nichts eingereicht
