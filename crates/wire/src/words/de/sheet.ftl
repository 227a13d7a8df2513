kind-import = Import
event-expect-import-taken = Tabelle importiert
event-expect-import-undone = Import zurückgenommen
event-expect-provider-alias-given = Andere Schreibweise des Namens festgehalten
event-expect-provider-alias-taken = Andere Schreibweise des Namens entfernt
event-expect-provider-withdrawn = Dienstleister mit seinem Import zurückgenommen
event-expect-agreement-withdrawn = Vertrag mit seinem Import zurückgenommen
event-expect-system-withdrawn = System mit seinem Import zurückgenommen
event-expect-instance-withdrawn = System mit seinem Import zurückgenommen
event-expect-engagement-withdrawn = Auftrag mit seinem Import zurückgenommen
event-qualify-person-withdrawn = Person mit ihrem Import zurückgenommen
import-sheet = Eine eigene Tabelle: Firmen, Personen, Systeme und Verträge zusammen
importstate-taken = importiert
importstate-undone = zurückgenommen
sheetfield-provider = Firma
sheetfield-provider-reference = Nummer der Firma
sheetfield-country = Land
sheetfield-person = Person
sheetfield-handle = E-Mail oder Anmeldename
sheetfield-site = Standort
sheetfield-system = System (Kennzeichen oder Nummer)
sheetfield-system-name = Name des Systems
sheetfield-way = Zugangsweg
sheetfield-contract = Vertragsnummer
sheetfield-contract-name = Name des Vertrags
sheetfield-from = Erster Tag
sheetfield-until = Letzter Tag
sheet-title = Was die Spalten sind
sheet-lead = Aus ihren Titeln geraten. Berichtigen Sie, was nicht stimmt; die nächste Datei mit diesen Titeln wird ebenso gelesen.
sheet-remembered = Wie beim letzten Import einer Datei mit diesen Titeln. Berichtigen Sie, was nicht stimmt.
sheet-column = Spalte
sheet-first = Erste Zeilen
sheet-is = ist
sheet-not-read = wird nicht gelesen
sheet-header = Zeile der Titel
sheet-worksheet = Tabellenblatt
sheet-defaults = Was die Tabelle nicht sagt
sheet-site = Standort, wo eine Zeile keinen nennt
sheet-country = Land der Firmen, wo eine Zeile keines nennt
sheet-country-hint = zwei Buchstaben
sheet-from = Erster Tag, wo eine Zeile keinen nennt
sheet-until = Letzter Tag des Zugangs, wo eine Zeile keinen nennt
sheet-down = Eine leere Firma meint die Firma darüber
sheet-spellings = Wohl dieselbe Firma
sheet-spellings-lead = Nichts wird zusammengelegt, ohne dass Sie es sagen. Ihre Entscheidung bleibt als andere Schreibweise der Firma.
sheet-spelling-open = noch nicht entschieden
sheet-spelling-own = eine eigene Firma
sheet-spelling-same = dieselbe wie {$name}
sheet-show = Wirkungen zeigen
sheet-would = Was diese Tabelle bewirken würde
sheet-would-none = Nichts Neues: alles ist schon da.
sheet-opens = Legt an
sheet-rows-more = { $count ->
    [one] Eine weitere Zeile wird nicht gezeigt.
   *[other] {$count} weitere Zeilen werden nicht gezeigt.
    }
sheet-apply = { $count ->
    [one] 1 Zeile importieren
   *[other] {$count} Zeilen importieren
    }
sheet-apply-means = Alle Zeilen auf einmal oder keine. 24 Stunden lang können Sie es zurücknehmen, solange nichts darauf aufbaut. Umfang kommt als Vorschlag herein, den jemand anderes genehmigt.
sheet-rejected = { $count ->
    [one] Die abgewiesene Zeile als Datei holen
   *[other] Die {$count} abgewiesenen Zeilen als Datei holen
    }
sheet-rejected-means = Dieselbe Datei mit nur diesen Zeilen und einer Spalte mehr, die sagt, warum. Berichtigen und wieder importieren: was schon da ist, bleibt, wie es ist.
sheet-reason = Grund
sheet-of = { $count ->
    [one] 1 Zeile
   *[other] {$count} Zeilen
    }
sheet-note-differs = {$field}: Es gilt „{$stands}“, die Tabelle sagt „{$given}“. Was gilt, bleibt.
sheet-note-no-access = Kein Zugang ist vereinbart: kein Umfang wird vorgeschlagen.
sheet-note-way = Diesen Zugangsweg kennen wir nicht. Er bleibt unbekannt und zählt damit als der strengste.
sheet-note-ways = Die Zeilen dieses Auftrags nennen verschiedene Zugangswege, oder einige nennen keinen. Er bleibt unbekannt und zählt damit als der strengste.
sheet-note-days = Zeilen nennen für dieses System verschiedene Tage. Vorgeschlagen ist vom {$from} bis zum {$until}.
imports-title = Import {$reference}
imports-file = Datei
imports-by = Importiert von
imports-taken = Übernommene Zeilen
imports-left-out = Weggelassene Zeilen
imports-entries = Einträge
imports-undo = Diesen Import zurücknehmen
imports-undo-until = Bis {$at}, solange nichts darauf aufbaut. Was er anlegte, wird zurückgenommen; die Aufzeichnung behält es.
imports-undo-blocked = Er lässt sich nicht zurücknehmen: etwas baut darauf auf.
imports-undone = Zurückgenommen {$at}.
imports-late = Die 24 Stunden sind vorbei. Berichtigen Sie einzeln, was nicht stimmt.
done-import-undone = Import zurückgenommen.
stop-import-undone = Dieser Import wurde schon zurückgenommen.
stop-import-late = Die 24 Stunden, in denen dieser Import zurückgenommen werden konnte, sind vorbei.
invalid-sheet-old = Das ist eine Arbeitsmappe der alten Art (.xls). Speichern Sie sie als .xlsx oder als CSV.
invalid-sheet-broken = Diese Arbeitsmappe lässt sich nicht lesen: {$said}. Öffnen und speichern Sie sie neu als .xlsx.
invalid-sheet-password = Diese Arbeitsmappe ist mit einem Passwort geschützt. Speichern Sie sie ohne.
invalid-sheet-parts = Diese Arbeitsmappe besteht aus {$has} Teilen, mehr als {$most}. Kopieren Sie die Tabelle in eine neue Mappe.
invalid-sheet-bomb = Entpackt ist diese Arbeitsmappe größer als {$size}. Kopieren Sie die Tabelle ohne Bilder in eine neue Mappe.
invalid-sheet-columns = Diese Zeile hat {$has} Spalten, mehr als {$most}. Entfernen Sie, was nicht gebraucht wird.
invalid-sheet-merged = Diese Tabelle hat mehr als {$most} verbundene Zellen. Kopieren Sie ihre Werte in eine neue Tabelle.
invalid-sheet-text = Alle Zellen dieser Tabelle enthalten zusammen mehr als {$size} Text. Teilen Sie sie.
invalid-sheet-overlap = Verbundene Zellen dieser Tabelle liegen übereinander. Öffnen und speichern Sie sie neu als .xlsx.
invalid-sheet-none = Ein Tabellenblatt „{$name}“ gibt es nicht. Es gibt: {$known}.
invalid-sheet-header = Diese Zeile gibt es nicht. Nennen Sie die Zeile, in der die Titel stehen.
invalid-sheet-no-rows = Unter den Titeln stehen keine Zeilen. Prüfen Sie, in welcher Zeile die Titel stehen.
invalid-sheet-day = „{$given}“ ist kein Tag. Schreiben Sie ihn wie 2026-12-31.
invalid-sheet-day-either = „{$given}“ kann zwei Tage meinen. Schreiben Sie ihn wie 2026-12-31.
invalid-sheet-day-century = „{$given}“ hat ein zweistelliges Jahr, das zwei Jahrhunderte meinen kann. Schreiben Sie ihn wie 2026-12-31.
invalid-export-book = Excel fasst diese Liste nicht: {$said}. Nehmen Sie sie als CSV.
invalid-sheet-not-written = Die Datei lässt sich nicht schreiben: {$said}. Speichern Sie Ihre Tabelle als CSV und importieren Sie diese.
invalid-sheet-no-provider = Die Zeile nennt keine Firma. Nennen Sie sie, oder sagen Sie oben, dass eine leere Firma die darüber meint.
invalid-sheet-no-site = Die Zeile nennt ein System und keinen Standort. Nennen Sie ihn in der Zeile oder oben für alle.
invalid-sheet-no-country = Das Land dieser Firma ist nicht bekannt. Nennen Sie es in der Zeile oder oben für alle.
invalid-sheet-no-from = Der erste Tag ist nicht bekannt. Nennen Sie ihn in der Zeile oder oben für alle.
invalid-sheet-no-until = Der letzte Tag dieses Zugangs ist nicht bekannt. Nennen Sie ihn in der Zeile oder oben für alle.
invalid-sheet-firms = Die Tabelle nennt {$has} verschiedene Firmen, mehr als {$most}. Teilen Sie sie.
invalid-sheet-spelling = „{$name}“ ist wohl dieselbe Firma wie: {$like}. Entscheiden Sie oben, ob sie es ist.
invalid-sheet-handle-twice = Zeile {$line} gibt diesen Anmeldenamen {$name}. Berichtigen Sie eine von beiden.
invalid-sheet-days-apart = Zeile {$line} nennt Tage desselben Systems, und Tage dazwischen nennt keine Zeile. Berichtigen Sie eine von beiden.
invalid-sheet-twice = „{$title}“ kann nicht auch {$field} sein: eine andere Spalte ist es schon. Wählen Sie eine davon.
invalid-sheet-provider-column = Sagen Sie, welche Spalte die Firma nennt.
invalid-undo-changed = {$kind} {$name} wurde seitdem geändert. Ein Import lässt sich nur zurücknehmen, solange nichts darauf aufbaut.
invalid-undo-built = {$bykind} {$by} baut auf {$kind} {$name} auf. Ein Import lässt sich nur zurücknehmen, solange nichts darauf aufbaut.
invalid-undo-unseen = { $count ->
    [one] Etwas an einem Standort, den Sie nicht sehen, baut darauf auf. Fragen Sie jemanden, der alle Standorte sieht.
   *[other] {$count} Dinge an Standorten, die Sie nicht sehen, bauen darauf auf. Fragen Sie jemanden, der alle Standorte sieht.
    }
invalid-undo-more = { $count ->
    [one] Noch eine Sache steht im Weg.
   *[other] Noch {$count} Sachen stehen im Weg.
    }
fld-aliases = Andere Schreibweisen
fld-columns = Spalten
fld-entries = Einträge
fld-left-out = Weggelassene Zeilen
fld-shape = Prüfsumme der Titel
fld-taken = Übernommene Zeilen
fld-undone = Zurückgenommen
