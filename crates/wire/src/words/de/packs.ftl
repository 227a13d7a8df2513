nav-packs = Prüfpakete
col-pack = Paket
done-pack-made = Prüfpaket erstellt und eingetragen. Die Datei liegt unten für Sie bereit.
packs-lead = Ein Paket ist ein Teil des Protokolls für jemanden draußen, in einer Datei, die sich ohne Plantgate selbst beweist. Hier steht, was wann und wozu das Haus verließ; die Dateien werden nicht aufbewahrt.
packs-make = Prüfpaket erstellen
packs-none = Noch wurde kein Paket erstellt
packs-none-text = Wer eines erstellt, wählt Dienstleister, Beauftragungen, Standorte oder Tage, sieht, was darin wäre, und erhält eine Datei.
packs-more = { $count } ältere Pakete stehen in den Dateien dieser Liste.
packs-covers = Umfasst
packs-holds = Enthält
packs-purpose = Für wen und wozu
packs-by = Erstellt von
packs-is-selection = Auswahl bei { $size } Einträgen
packs-is-range = Einträge { $from } bis { $last } ohne Lücke, bei { $size } Einträgen
packs-may-not = Sie können keine Pakete erstellen: Dazu braucht es eine Funktion, der die Regeln diese Befugnis geben.
packs-who-may = Funktionen mit dieser Befugnis: { $roles }.
packs-ask = Fragen können Sie { $people }.
packs-new-lead = Nennen Sie, was darin sein soll. Ist nichts genannt und kein Tag, enthält das Paket alles, was Sie sehen, vom ersten Eintrag an. Was Sie nicht sehen dürfen, bleibt draußen.
packs-wish = Was darin sein soll
packs-several = Kürzel, mehrere mit Komma dazwischen
packs-engagement = Beauftragung mit allem, was zu ihr gehört
packs-object-hint = Art/Kürzel, etwa finding/F-0231; mehrere mit Komma
packs-site-hint = alles, was die Leute dort seinetwegen sehen
packs-range = Tage ohne Lücke
packs-range-hint = Mit Tagen beweist das Paket, dass dazwischen nichts fehlt. Tage beginnen um Mitternacht, { $zone }.
packs-since = Vom Beginn des
packs-before = Bis zum Beginn des
packs-disclose = Private Angaben, die mitgehen
packs-disclose-hint = die anderen liegen nur als Festlegung bei
packs-open-nothing = keine
packs-open-names = Namen von Personen und Dateien
packs-open-everything = Namen und was Menschen geschrieben haben
packs-evidence = Nachweisdateien mitnehmen
packs-language = Sprache des Berichts
packs-look = Zeigen, was darin wäre
packs-nothing-yet = Noch wird nichts erstellt und nichts eingetragen.
packs-outline = Was das Paket wäre
packs-inside = Darin
packs-outside = Bleibt draußen
packs-head = Bewiesen gegen den unterschriebenen Kopf bei { $size } Einträgen; wird inzwischen etwas eingetragen, gegen einen späteren.
packs-views = Ein Bericht für den Bildschirm, einer auf Papier (PDF), eine Anleitung zum Prüfen und das Programm, das prüft.
packs-out-unseen = Objekte, die Sie nicht sehen dürfen.
packs-out-private =
    { $count ->
        [one] Eine private Angabe: Ihre Festlegung liegt bei, nicht die Angabe.
       *[other] { $count } private Angaben: Ihre Festlegungen liegen bei, nicht die Angaben.
    }
packs-out-evidence =
    { $count ->
        [one] Eine Nachweisdatei: Ihre Prüfsumme liegt bei, nicht die Datei.
       *[other] { $count } Nachweisdateien: Ihre Prüfsummen liegen bei, nicht die Dateien.
    }
packs-out-erased = Alles, was gelöscht wurde.
packs-entry-first = Dass es erstellt wurde, von wem, woraus und wozu, wird ein Eintrag, bevor Sie die Datei erhalten. Was draußen ist, lässt sich nicht zurückholen.
packs-make-now = Erstellen und eintragen
packs-making = Das Paket wird erstellt
packs-step-taking = Einträge, Beweise und Dateien aus dem Protokoll nehmen
packs-step-setting = Die Berichte setzen
packs-step-sealing = Unterschreiben und prüfen, wie ein Fremder es täte
packs-step-recording = Eintragen, dass es erstellt wurde
packs-is-done = erledigt
packs-is-now = läuft
packs-is-open = nicht begonnen oder nicht beendet
packs-counting-files =
    { $total ->
        [one] { $done } von einer Datei entnommen
       *[other] { $done } von { $total } Dateien entnommen
    }
packs-counting-entries =
    { $total ->
        [one] { $done } von einem Eintrag gelesen
       *[other] { $done } von { $total } Einträgen gelesen
    }
packs-counting-objects =
    { $total ->
        [one] Einträge zu { $done } von einem Objekt gelesen
       *[other] Einträge zu { $done } von { $total } Objekten gelesen
    }
packs-elsewhere = Ein anderer Server ist daran, oder dieser war es vor seinem Neustart. Hört eine Viertelminute niemand mehr von ihm, sagt es diese Seite. Die Datei liegt bei dem Server bereit, der das Paket erstellt.
packs-interrupted = Das Paket wurde unterbrochen
packs-interrupted-text = Es wurde begonnen am { $at } und kam bis zu diesem Schritt: { $step }. Seither hat niemand daran gearbeitet, weil der Server angehalten wurde oder seine Datenbank oder den Speicher der Nachweise verlor.
packs-interrupted-none = Nichts wurde eingetragen und nichts verließ das Haus.
packs-interrupted-recorded = Dass es erstellt wurde, ist schon eingetragen; seine Datei ist fort. Jetzt erstellt, ist es dieselbe Datei oder keine, und es gibt keinen zweiten Eintrag:
packs-resume-means = Wenn Sie es jetzt erstellen, beginnt es von vorn mit dem, was Sie bestellt haben. Ob Sie es dürfen, wird neu gefragt, und nach einem Code, wenn Ihr letzter Nachweis älter als zehn Minuten ist: Darum ging es nicht von selbst weiter.
packs-resume = Jetzt erstellen
packs-discard = Verwerfen
packs-discard-means = Verwerfen entfernt die Bestellung und sonst nichts. Eine Bestellung, die niemand wieder aufnimmt, wird nach einem Tag entfernt.
packs-orders = Von Ihnen bestellt und noch nicht erstellt
packs-order = Paket, begonnen { $at }
packs-order-running = läuft
packs-order-interrupted = unterbrochen
packs-leave = Sie können diese Seite verlassen; ist das Paket fertig, steht es in der Liste.
packs-cancel = Anhalten
packs-cancel-means = Es hält vor dem nächsten Schritt an. Solange es nicht eingetragen ist, bleibt nichts davon.
packs-cancelled = Angehalten. Nichts wurde eingetragen und nichts verließ das Haus.
packs-broke = Das Paket wurde nicht erstellt: { $what }. Nichts wurde eingetragen.
packs-waits = Die Datei liegt hier einmal für Sie bereit. Wer ein anderes Paket erstellt oder wartet, bis der Server neu startet, erstellt dieses aus seinem Eintrag noch einmal.
packs-take = Datei mitnehmen
packs-check = Wer es liest, vergleicht Ihren Schlüssel auf anderem Weg als durch die Datei. Wie man prüft, steht darin.
packs-again = Dasselbe noch einmal erstellen
packs-again-text = Aus demselben unterschriebenen Kopf mit demselben Wunsch entstehen dieselben Bytes; es geht nur hinaus, wenn es die Prüfsumme oben hat. Was seither gelöscht wurde, was Sie nicht sehen dürfen oder eine andere Ausgabe der Software geben andere Bytes: Dann entsteht nichts. Eine zweite Kopie ist ein eigener Eintrag.
packs-again-not = Der Eintrag sagt zu wenig, um es noch einmal zu erstellen: Er ist älter als das.
pack-everything-of-engagement = alles zur Beauftragung { $name }
pack-everything-at-site = alles am Standort { $name }
