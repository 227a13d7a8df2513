owe-title = Was {$name} schuldet
owe-nothing = Nichts geschuldet
owe-nothing-text = Das Nächste erscheint hier mit Frist, sobald es gefragt wird.
owe-late = Überfällig
owe-soon = Nächste 30 Tage
owe-waiting = Bei {$org}, für Sie nichts zu tun
owe-accepted = { $count ->
    [one] 1 Nachweis
   *[other] {$count} Nachweise
    } in den letzten 90 Tagen angenommen.
owe-yours = Ihre Antworten bleiben Ihre: Niemand bei {$org} kann sie nach dem Senden ändern.
my-lacking = Bevor Sie hinein dürfen
my-windows = Ihre Zeitfenster
my-no-window = Kein Zeitfenster
my-no-window-text = Wird ein Antrag von Ihnen freigegeben, erscheint sein Zeitfenster hier.
my-attendant = Mit {$name}.
my-left = verbleiben
my-requests = Ihre Anträge
my-no-request = Noch kein Antrag
my-no-request-text = Der erste dauert einige Minuten; danach wiederholt ihn ein Klick.
my-repeat = Letzten Antrag wiederholen
my-again = Erneut
upload-returned = An Sie zurückgegeben
upload-file = Datei
upload-file-hint = höchstens {$limit}
upload-from = Gilt von
upload-until = Gilt bis
upload-signed = Ich, {$name}, stehe als Kontakt dafür ein
upload-note-hint = die prüfende Person liest sie
upload-go = An {$org} senden
upload-means = Nach dem Senden kann es niemand ändern, auch Sie nicht; eine Korrektur ist eine neue Fassung.
upload-needs = Was daraus hervorgehen muss
upload-want = erwünscht, kein Muss
