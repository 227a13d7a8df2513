bring-title = Eine Aufzeichnung mitbringen
bring-lead = Ein Sprungserver oder ein anderes Gateway hat diese Sitzung aufgezeichnet, und Sie haben die Datei. Sie wird versiegelt, während sie ankommt, gelesen, bevor sie aufbewahrt wird, und als anderswo entstanden gekennzeichnet. Aufbewahrt, geöffnet und gelöscht wird sie wie unsere eigenen Aufzeichnungen.
bring-file = Die Aufzeichnung
bring-file-hint = asciicast Version 1, 2 oder 3, bis { $limit }
bring-source = Welche Maschine sie gemacht hat
bring-source-hint = ihr Name und was sie ist, zum Beispiel: Sprungserver der Halle 3, Auftrag 4711
bring-gaps = Zeilen, die nicht lesbar sind, dürfen fehlen; die Aufzeichnung sagt dann, wie viele es sind.
bring-typed = Getipptes darf darin stehen, auch Passwörter: Eine Vereinbarung für diesen Standort erlaubt es.
bring-go = Mitbringen
bring-brought = Am {$at} von anderswo mitgebracht: Niemand hier hat gesehen, wie sie entstand. Gemacht von: {$source} (asciicast { $version }).
bring-gaps-here = {$count ->
    [one] 1 Zeile der mitgebrachten Datei ist nicht lesbar: Es gibt eine Lücke.
   *[other] {$count} Zeilen der mitgebrachten Datei sind nicht lesbar: Es gibt Lücken.
}
bring-typed-here = {$count ->
    [one] In der Datei steht 1 Eintrag mit Getipptem. Er wird hier nicht gezeigt.
   *[other] In der Datei stehen {$count} Einträge mit Getipptem. Sie werden hier nicht gezeigt.
}
keep-brought-until = Aufbewahrt bis {$at}: {$days} Tage nach dem Ende der Sitzung oder seit die erste mitgebracht wurde, je nachdem, was später ist; dann gelöscht
recordings-brought = von anderswo mitgebracht
recordings-days-brought = {$count ->
    [one] 1 Tag, seit sie mitgebracht wurde oder die Sitzung endete
   *[other] {$count} Tage, seit sie mitgebracht wurde oder die Sitzung endete
}
done-recording-brought = Aufzeichnung aufbewahrt. Sie ist als von anderswo mitgebracht gekennzeichnet.
done-recording-same = Diese Datei ist schon hier. Nichts wurde geändert.
event-witness-session-brought = Aufzeichnung von anderswo mitgebracht
fld-brought = Von anderswo mitgebracht
fld-format = Version des Formats
fld-seconds = Sekunden
refuse-bring-oneself = Niemand bringt die Aufzeichnung der eigenen Sitzung mit. Bitten Sie jemanden aus dem Bereich.
refuse-bring-gated = Unser eigenes Gateway hat diese Sitzung aufgezeichnet. Was eine andere Maschine davon aufgezeichnet hat, stünde daneben, als wäre es dasselbe; fügen Sie es einer Feststellung als Nachweis bei.
refuse-bring-over = Die Zeit der Aufzeichnungen dieser Sitzung ist um, und sie werden gleich gelöscht; eine, die jetzt käme, ginge mit ihnen. Wer einen Grund hat, bewahrt sie zuerst auf.
refuse-bring-deleted = Die Aufzeichnungen dieser Sitzung wurden gelöscht, als ihre Zeit um war; keine kommt mehr dazu.
refuse-bring-many = Diese Sitzung hat so viele Aufzeichnungen, wie sie haben kann. Bringen Sie die einer Sitzung in weniger Dateien mit.
invalid-query-recording = Nennen Sie die Sitzung in der Adresse: ?session=SES-0107, &gaps=true, wenn Zeilen fehlen dürfen, und &typed=true, wenn eine Vereinbarung Getipptes erlaubt.
invalid-recording-ticket = Das ist nicht, was das Hochladen einer Aufzeichnung dieser Sitzung geantwortet hat. Laden Sie zuerst die Datei hoch: POST /api/v1/recordings?session=…, und senden Sie das Feld „recording“ der Antwort.
invalid-recording-meanwhile = Inzwischen hat jemand anderes die erste Aufzeichnung dieser Sitzung mitgebracht. Laden Sie die Datei noch einmal hoch.
invalid-recording-waiting = Aufzeichnungen, die Sie hochgeladen und zu keiner Sitzung gebracht haben, füllen {$mib} MiB. Bringen Sie sie dorthin, oder warten Sie einen Tag: Was keine Sitzung nimmt, wird dann entfernt.
invalid-recording-gone = Die hochgeladene Datei ist nicht mehr hier: Sie hat zu lange auf ihre Sitzung gewartet. Laden Sie sie noch einmal hoch.
invalid-recording-erased = Der Schlüssel der Aufzeichnungen dieser Sitzung wurde gelöscht; darum kommt keine mehr dazu.
invalid-recording-header = Das ist kein asciicast: Es beginnt nicht mit dem Kopf eines solchen. Exportieren Sie die Aufzeichnung als asciicast, Version 1, 2 oder 3.
invalid-recording-version = Das ist ein asciicast einer Version, die hier nicht bekannt ist. Wandeln Sie es in Version 2 oder 3 um.
invalid-recording-size = Der Kopf nennt keine Größe eines Terminals, in Spalten und Zeilen. Exportieren Sie die Aufzeichnung neu.
invalid-recording-large = In Version 1 ist eine Aufzeichnung ein einziger Wert, und dieser ist größer als {$mib} MiB. Wandeln Sie sie in Version 2 oder 3 um.
invalid-recording-nothing = Hinter ihrem Anfang ist nichts lesbar. Exportieren Sie die Aufzeichnung neu.
invalid-recording-typed = {$count ->
    [one] Die Datei enthält einen Eintrag mit Getipptem, und dies ist er. Was jemand tippt, wird hier von niemandem aufbewahrt: Passwörter stehen darin. Nehmen Sie diese Einträge heraus (Kennung „i“), und zeichnen Sie künftig ohne Eingaben auf.
   *[other] Die Datei enthält {$count} Einträge mit Getipptem, und dies ist der erste. Was jemand tippt, wird hier von niemandem aufbewahrt: Passwörter stehen darin. Nehmen Sie diese Einträge heraus (Kennung „i“), und zeichnen Sie künftig ohne Eingaben auf.
}
invalid-recording-agreement = Nehmen Sie es heraus, oder sagen Sie, dass eine Vereinbarung es erlaubt.
invalid-recording-long = Die Zeile ist länger als {$kib} KiB. So viel zeigt kein Terminal auf einmal.
invalid-recording-gaps = {$count ->
    [one] 1 Zeile ist nicht lesbar. Bringen Sie die Datei ganz mit, oder sagen Sie, dass Zeilen fehlen dürfen: Dann wird sie mit einer Lücke aufbewahrt, die alle sehen.
   *[other] {$count} Zeilen sind nicht lesbar. Bringen Sie die Datei ganz mit, oder sagen Sie, dass Zeilen fehlen dürfen: Dann wird sie mit Lücken aufbewahrt, die alle sehen.
}
invalid-recording-json = Das ist kein JSON, wie bei einer Datei, die abgeschnitten wurde. Exportieren Sie die Aufzeichnung neu.
invalid-recording-shape = Das ist keine Liste aus einer Zeit, einem Kennbuchstaben und einem Text. Exportieren Sie die Aufzeichnung neu.
invalid-recording-time = Die Zeit ist keine, liegt vor dem Anfang oder ist zu spät. Exportieren Sie die Aufzeichnung neu.
invalid-recording-code = Der Kennbuchstabe ist kein Text aus einem Zeichen. Exportieren Sie die Aufzeichnung neu.
invalid-recording-data = Der Inhalt ist kein Text, oder keine Größe wie 80x24, wo eine hingehört. Exportieren Sie die Aufzeichnung neu.
invalid-recording-text = Das ist kein Text in UTF-8. Exportieren Sie die Aufzeichnung neu; eine gepackte Datei wird vorher entpackt.
