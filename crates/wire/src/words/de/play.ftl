partkind-terminal = Terminal
partkind-log = Protokoll
play-recordings = Aufzeichnungen
play-watch = Jetzt mitsehen
play-size = Größe
play-kib = {$count} KiB
play-no-gap = keine
play-title = {$session}, { $kind }, Teil { $number } von { $all }
play-title-live = {$session}, während sie läuft
play-open-until = für Sie offen bis {$at}
play-notes = Was fehlt oder nicht gezeigt wird
play-ask = Eine Aufzeichnung zeigt Menschen bei der Arbeit. Sagen Sie, wonach Sie suchen: Ihr Name, die Zeit und Ihre Worte werden festgehalten, und die Aufzeichnung ist eine Stunde lang für Sie offen.
play-purpose-hint = zum Beispiel: prüfen, welche Parameter geändert wurden, Änderung CHG-0409
play-open = Öffnen
play-back = Zur Sitzung
play-refresh = Noch einmal ansehen
play-nothing = Nichts zu sehen
play-none = Das Gateway hat in dieser Sitzung nichts dieser Art aufgezeichnet.
play-ended = Die Sitzung ist inzwischen beendet. Ihre Aufzeichnungen stehen auf ihrer Seite.
play-erased = Der Schlüssel dieser Aufzeichnung wurde gelöscht. Niemand kann sie mehr lesen; der Eintrag mit Größe und Prüfsumme bleibt.
play-changed = Diese Aufzeichnung wurde geändert, nachdem sie entstand; darum wird nichts davon gezeigt. Festgehalten ist die Prüfsumme dessen, was aufgezeichnet wurde; die Datei hier ist eine andere. Sagen Sie es denen, die die Maschine betreiben, und der OT-Sicherheit.
play-away = Die Datei dieser Aufzeichnung ist hier nicht lesbar. Ob sie geändert wurde, lässt sich nicht sagen. Wer die Maschine betreibt, findet heraus, wo die Nachweise liegen.
play-live-unknown = Was in dieser Sitzung geschieht, lässt sich von hier nicht feststellen: An diesem Gateway wird kein Terminal aufgezeichnet, oder seine Datei ist nicht lesbar. Das heißt nicht, dass nichts geschieht.
play-unread-all = Dieser Teil lässt sich mit seinem Schlüssel öffnen und ist keine Aufzeichnung eines Terminals, die hier lesbar wäre.
play-gaps = {$count ->
    [one] 1 Zeile konnte nicht aufgezeichnet werden: Es gibt eine Lücke, und wo sie ist, ist nicht bekannt.
   *[other] {$count} Zeilen konnten nicht aufgezeichnet werden: Es gibt Lücken, und wo sie sind, ist nicht bekannt.
}
play-cut = Sie endet mittendrin: Dort blieb die Maschine stehen, die sie aufzeichnete.
play-more = Sie ist länger als {$size}; was dahinter liegt, wird hier nicht gezeigt.
play-unread = {$count ->
    [one] 1 Zeile war nicht lesbar und fehlt: {$lines}.
   *[other] {$count} Zeilen waren nicht lesbar und fehlen, die ersten davon: {$lines}.
}
play-stopped = Alles zu zeigen wäre zu viel Arbeit, darum hört es vor dem Ende auf. Gehen Sie zu einer früheren Zeit.
play-wide = Das Terminal war größer als {$columns} Spalten und {$rows} Zeilen; so viel davon wird gezeichnet.
play-at = {$time} von {$length}
play-screen = Bildschirm bei {$time}
play-screen-size = {$columns} Spalten, {$rows} Zeilen
play-go = Wege durch die Aufzeichnung
play-first = Erste Änderung
play-change-before = Änderung davor
play-back-10 = 10 s zurück
play-on-10 = 10 s weiter
play-change-next = Nächste Änderung
play-last = Letzte Änderung
play-others = Jetzt auch aufgezeichnet:
play-terminal = Terminal {$number}
play-seek = Gehen zu
play-seek-hint = Sekunden, oder 1:23:45
play-seek-go = Dorthin gehen
play-find = Auf dem Bildschirm suchen
play-find-hint = groß oder klein
play-find-go = Suchen
play-hits = {$count ->
    [0] Nirgends gefunden
    [one] Einmal gefunden
   *[other] {$count}-mal gefunden
}
play-hits-more = Es gibt mehr; suchen Sie nach etwas Seltenerem.
play-marks = Was das Gateway sagte
play-lines = Als Text
play-lines-text = Alles, was gezeigt wurde, Zeile für Zeile, mit der Zeit, zu der jede den Bildschirm verließ oder die Aufzeichnung endete. Was ein Programm zeichnete, das den ganzen Bildschirm nimmt, steht nur auf dem Bildschirm.
play-lines-show = Als Text zeigen
play-lines-more = Es ist mehr, als sich als Text zeigen lässt.
play-time = Zeit
play-line = Zeile
play-page-before = Zeilen davor
play-page-after = Zeilen danach
play-log-rows = Zeilen {$first} bis {$last} von {$total}
play-what = Was
play-command = Befehl oder Grund
play-bytes = Bytes
play-out-in = {$out} hinaus, {$in} hinein
play-status = Endstatus {$status}
play-said = Was herauskam
play-said-show = zeigen
play-log-unread = nicht lesbar
play-log-begun = Sitzung begann
play-log-shell = Shell
play-log-exec = Befehl
play-log-refused = abgelehnt
play-log-not-reached = System nicht erreicht
play-log-closing = nichts Neues beginnt
play-log-closed = Befehl oder Shell endete
play-log-ended = Sitzung endete
play-log-sftp = Dateien
play-log-file = Datei
play-log-forward = Weiterleitung
play-log-broken = abgebrochen
play-way-in = kam herein
play-way-out = ging hinaus
play-way-both = herein und hinaus
play-seconds = {$count ->
    [one] 1 Sekunde
   *[other] {$count} Sekunden
}
play-answer = das System antwortete {$status}
deed-view-recording = Eine Aufzeichnung öffnen
means-view-recording = Sie sagen, wonach Sie suchen; festgehalten wird es mit Ihrem Namen und der Zeit. Ohne einen Teil sehen Sie die Sitzung, während sie läuft.
event-witness-session-viewed = Aufzeichnung geöffnet
fld-part = Teil
fld-views = Geöffnet von
refuse-view-oneself = Niemand öffnet hier die Aufzeichnung der eigenen Sitzung. Bitten Sie jemanden aus dem Bereich.
refuse-view-none = Das Gateway hat in dieser Sitzung nichts dieser Art aufgezeichnet. Ihre Seite nennt, was es gibt.
refuse-view-ended = Die Sitzung ist beendet. Öffnen Sie einen ihrer Teile.
