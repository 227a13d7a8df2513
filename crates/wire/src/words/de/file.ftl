providers-all = Alle
providers-turns = {$standing} ab {$day}
why-under = Verlangt nach
why-due = Fällig {$day}.
why-told = Mitgeteilt {$day}.
why-weighs = {$standing} seit {$day}.
why-will = {$standing} ab {$day}, wenn sich nichts ändert.
why-who = {$provider}, danach bestätigen wir
why-coming = Zählt bald, wenn sich nichts ändert: {$count}
why-beside = Zählt nicht: {$count}
means-watch-access = Zugänge laufen wie vereinbart weiter; jede neue Freigabe zeigt diese Warnung.
means-watch-order = Ein neuer Auftrag ist möglich, mit dieser Bedingung.
means-restricted-access = Neue geplante Zugänge nur begleitet und mit einem Ja der OT-Sicherheit.
means-restricted-order = Kein neuer Auftrag und kein größerer Umfang, bis es erledigt ist.
means-blocked-access = Keine neuen Zugänge. Was läuft, endet über das sichere Ende.
means-blocked-order = Kein Auftrag. Im Notfall gelten die Regeln für Notfälle.
order-step-state-tier-facts = Angeben, was die Arbeit erreichen und ändern kann
order-step-confirm-tier = Stufe bestätigen: eine nötige Tatsache ist nicht bekannt
order-step-qualify = Über die Qualifikation entscheiden
order-step-name-sites = Standort nennen, an dem gearbeitet werden soll
order-step-clear-watch = Erledigen, was den Stand auf Beobachtung hält
order-step-clear-standing = Erledigen, was den Stand unten hält
order-step-meet-condition = Bedingung der Qualifikation erfüllen
order-step-requalify = Erneut qualifizieren
order-step-deepen = In der Tiefe der Stufe qualifizieren
order-nothing-open = Vor einem Auftrag ist nichts offen.
order-by = bis {$day}
history-erased = gelöscht
actor-genesis = erster Start
actor-host = wer den Rechner verwaltet
actor-watchman = Wächter
find-title = Suchen
find-none = Nichts heißt so
find-none-names = Gesucht am Anfang von Nummern, Namen und ihren Wörtern, unter dem, was Sie sehen dürfen, und in den Namen von Handlungen und Seiten.
find-none-text = Gesucht am Anfang von Nummern, Namen und ihren Wörtern und in dem, was zu Objekten geschrieben wurde, alles unter dem, was Sie sehen dürfen, und in den Namen von Handlungen und Seiten.
find-more = Nur die ersten {$count} sind gezeigt. Mehr Buchstaben eingeben.
find-found = { $objects ->
    [0] Kein Objekt
    [one] Ein Objekt
   *[other] { $objects } Objekte
} und { $ways ->
    [0] keine Handlung oder Seite
    [one] eine Handlung oder Seite
   *[other] { $ways } Handlungen und Seiten
}.
find-ways = Handlungen und Seiten
find-act = Handlung
find-page = Seite
today-decide = Ja oder Nein zu {$what}
today-judge = {$what} beurteilen
today-confirm = {$what} bestätigen oder verwerfen
today-task = {$what} ansehen
today-code-reader = Eintragen, wer den Code vorgelesen hat: {$what}
today-duty = Unsere Pflicht: {$what}
today-empty-text = Was auf Sie wartet, erscheint hier: Zugänge zu entscheiden, Nachweise zu beurteilen, Feststellungen zu bestätigen, eigene Pflichten.
engagement-suspended = Ausgesetzt
rule-R-32 = Ein Vorfall, der uns berührt, wird uns rechtzeitig gesagt. Späte oder verschwiegene Meldung zählt danach, wie spät sie war.
kind-access-request = Zugangsanfrage
kind-account-list = Kontenliste
kind-account = Konto
kind-activation = Aktivierung
kind-agreement = Vertrag
kind-calendar = Kalender
kind-catalogue = Katalog
kind-certificate = Zertifikat
kind-change = Änderung
kind-conduit = Weg
kind-engagement = Auftrag
kind-finding = Feststellung
kind-grant = Freigabe
kind-hold = Sperre
kind-instance = System in einer Umgebung
kind-item = Nachweis
kind-obligation = Pflicht
kind-organisation = Organisation
kind-person = Person
kind-provider = Dienstleister
kind-qualification = Qualifikation
kind-request = Nachweisanforderung
kind-rulebook = Regeln
kind-session = Sitzung
kind-site = Standort
kind-system = System
kind-task = Aufgabe
kind-zone = Zone
