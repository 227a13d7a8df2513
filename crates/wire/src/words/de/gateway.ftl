gateway-title = Plantgate: bevor Sie hineingehen
gateway-notice = Sie betreten ein System einer laufenden Anlage, mit der Freigabe { $grant }, bis { $until }.
    Was das Terminal zeigt, wird aufgezeichnet und { $days } Tage aufbewahrt, länger nur, wenn der Standort festhält, warum; was Sie tippen, nicht.
    Von Dateien und allem anderen, was durchgeht, werden Größe und Prüfsumme aufbewahrt; von dem, was Ihre eigenen Werkzeuge öffnen, die Größe. Jemand vom Standort kann zusehen.
    Ist die Zeit um, kann nichts Neues geöffnet werden. Was läuft, geht bis zu seinem sicheren Ende weiter.
gateway-notice-emergency = Sie betreten { $system }, ein System einer laufenden Anlage, in einem Notfall, für { $minutes } Minuten.
    Was das Terminal zeigt, wird aufgezeichnet und { $days } Tage aufbewahrt, länger nur, wenn der Standort festhält, warum; was Sie tippen, nicht.
    Von Dateien und allem anderen, was durchgeht, werden Größe und Prüfsumme aufbewahrt; von dem, was Ihre eigenen Werkzeuge öffnen, die Größe. Jemand vom Standort ist bei Ihnen.
    Ist die Zeit um, kann nichts Neues geöffnet werden. Was läuft, geht bis zu seinem sicheren Ende weiter.
gateway-read = Ich habe das gelesen, tippen Sie ja:
gateway-yes = ja
gateway-code = Code Ihrer Authenticator-App:
gateway-code-wrong = Der Code stimmte nicht oder war schon benutzt, oder der Hinweis wurde nicht bestätigt.
gateway-no-code = Hier weisen Sie sich mit einem Code einer Authenticator-App aus, und Ihr Konto hat keine. Setzen Sie auf Ihrer Kontoseite ein Passwort mit App, oder fragen Sie die Verwaltung des Standorts.
gateway-not-now = Jetzt nicht, und das ist der Grund
gateway-not-yours = Diese Freigabe, dieser Schlüssel und diese Person gehören nicht mehr zusammen. Fragen Sie, wer die Freigabe beantragt hat.
gateway-core-away = Plantgate kann im Augenblick nicht entscheiden und lässt darum niemanden hinein. Versuchen Sie es in einer Minute wieder; im Notfall rufen Sie die Schichtleitung.
gateway-not-recorded = Was hier geschieht, konnte nicht aufgezeichnet werden, darum beginnt nichts. Die Schichtleitung sagt, wann es wieder geht.
gateway-held = Jemand vom Standort muss bei Ihnen sein. Nichts beginnt, bevor er das gesagt hat; dann öffnet sich diese Verbindung von selbst.
gateway-early = Es kam zu viel, bevor die Sitzung begann. Beginnen Sie noch einmal, wenn jemand vom Standort bei Ihnen ist.
gateway-closed-before = Die Erlaubnis endete, bevor etwas begann. Beantragen Sie eine neue.
gateway-soon = { $minutes ->
    [one] Vom Zeitfenster bleibt eine Minute.
   *[other] Vom Zeitfenster bleiben { $minutes } Minuten.
 } Bringen Sie, was läuft, zu einem sicheren Ende, oder bitten Sie den Standort um mehr Zeit.
gateway-closing-window = Das Zeitfenster ist um. Nichts Neues kann geöffnet werden. Bringen Sie, was läuft, zu einem sicheren Ende, sagen Sie es dem Standort und gehen Sie.
gateway-closing-hold = Der Standort hat neue Arbeit angehalten. Nichts Neues kann geöffnet werden. Bringen Sie, was läuft, zu einem sicheren Ende, sagen Sie es dem Standort und gehen Sie.
gateway-closing-revoked = Die Erlaubnis wurde zurückgenommen. Nichts Neues kann geöffnet werden. Bringen Sie, was läuft, zu einem sicheren Ende, sagen Sie es dem Standort und gehen Sie.
gateway-closing-recorder = Das hier kann nicht mehr ganz aufgezeichnet werden. Nichts Neues kann geöffnet werden. Bringen Sie, was läuft, zu einem sicheren Ende und rufen Sie den Standort an.
gateway-closing-core = Plantgate antwortet nicht. Nichts Neues kann geöffnet werden. Was läuft, geht weiter; rufen Sie den Standort an.
gateway-closed-window = Das Zeitfenster ist um, und diese Arbeit endet vereinbarungsgemäß mit ihm.
gateway-closed-hold = Der Standort hat diese Arbeit angehalten.
gateway-closed-revoked = Die Erlaubnis wurde zurückgenommen, und diese Arbeit endet vereinbarungsgemäß mit ihr.
gateway-cut = Der Standort hat diese Sitzung beendet. Um wiederzukommen, brauchen Sie eine neue Freigabe.
gateway-safe = Der Standort sagt, dass das Ende sicher ist. Die Sitzung ist geschlossen.
gateway-target-away = { $name } war nicht zu erreichen. Fragen Sie den Standort, ob es läuft.
gateway-target-other-key = { $name } zeigt einen anderen Schlüssel als den hinterlegten, darum wurde nichts dorthin gesendet. Die OT-Security des Standorts muss das zuerst ansehen.
gateway-target-refused = { $name } nimmt das Anmeldegeheimnis nicht an, das im Tresor dafür liegt. Es wird nicht noch einmal versucht: zuerst muss die OT-Sicherheit des Standorts nachsehen.
gateway-target-since = Womit sich das Gateway an { $name } anmeldet, wurde hinterlegt, nachdem Sie hereinkamen. Kommen Sie noch einmal herein.
gateway-target-closed = { $name } lässt das Gateway nicht hinein. Der Standort muss dort dem Schlüssel des Gateways vertrauen.
gateway-files-no-in = Diese Freigabe lässt keine Dateien hinein und ändert keine. Beantragen Sie das Recht einzuspielen.
gateway-files-no-out = Diese Freigabe lässt keine Dateien hinaus. Beantragen Sie das Recht, Daten abzuholen.
gateway-files-closing = Jetzt beginnt keine neue Übertragung. Was läuft, geht weiter; bitten Sie den Standort um mehr Zeit oder eine neue Freigabe.
gateway-files-unknown = Das Gateway kennt diese Anfrage von SFTP nicht und reicht sie deshalb nicht weiter.
gateway-files-many = Zu viel ist gleichzeitig offen oder unterwegs. Schließen Sie etwas und versuchen Sie es noch einmal.
gateway-files-none = Dieses System bietet kein SFTP an. Fragen Sie den Standort, ob Dateien auf anderem Weg hineinkommen.
gateway-files-broken = Was kam, war kein SFTP; deshalb geht nichts mehr hindurch. Versuchen Sie es noch einmal; kommt es wieder, rufen Sie den Standort an.
gateway-forward-elsewhere = Das Gateway führt nur zum freigegebenen System, unter dem Namen oder der Adresse, die der Standort hinterlegt hat.
gateway-forward-port = Diesen Port hat der Standort für diese Freigabe nicht geöffnet. Fragen Sie die OT-Security des Standorts.
gateway-forward-not-now = Jetzt lässt sich nichts Neues öffnen: Jemand vom Standort muss dabei sein, oder die Erlaubnis endet, oder zu viel ist offen.
gateway-forward-address = Der Name dieses Systems führt zu einer Adresse, die nie die eines Systems ist; deshalb wurde nichts verbunden. Rufen Sie die OT-Security des Standorts an.
gateway-forward-away = An diesem Port des Systems antwortet nichts. Fragen Sie den Standort, ob es läuft.
gateway-no-room = Auf der Platte dieses Gateways ist kein Platz, um aufzuzeichnen, was Sie tun würden; deshalb lässt es niemanden hinein. Was schon läuft, geht weiter. Wer die Maschine betreibt, schafft Platz; rufen Sie im Notfall die Schichtleitung des Standorts an.
gateway-far-away = Dieses Gateway erreicht Plantgate nicht, das entscheidet, wer hineinkommt; deshalb lässt es niemanden hinein. Was schon läuft, geht weiter. Versuchen Sie es in einer Minute noch einmal; rufen Sie im Notfall die Schichtleitung des Standorts an.
gateway-listens = Das Gateway hört auf { $address }. Sein eigener Schlüssel ist { $fingerprint }.
gateway-key-host = Der eigene Schlüssel des Gateways, für die known_hosts derer, die kommen:
gateway-key-authority = Der Schlüssel, der seine Zertifikate unterschreibt, für TrustedUserCAKeys der Systeme:
gateway-lodge-listens = Gateways, die allein stehen, fragen unter { $address }.
invalid-gateway-file = { $file } lässt sich nicht verwenden: { $said }. Berichtigen Sie es oder die Datei, die es nennt; die OT-Security des Werks weiß, welche Zertifikate es gibt.
actor-gateway = das Gateway, das es sah
actor-retention = die Aufbewahrungsregeln, die Fälliges löschen
gateway-closing-measure = Eine Maßnahme, die eine Grenze dieses Systems ausglich, gilt nicht mehr. Nichts Neues kann geöffnet werden. Bringen Sie, was läuft, zu einem sicheren Ende, sagen Sie es dem Standort und gehen Sie.
gateway-alone = Dieses Gateway erreicht Plantgate nicht. Vorher genehmigte Arbeit kann trotzdem beginnen, solange jemand vom Standort bei Ihnen ist: Diese Person öffnet das versiegelte Blatt mit Codes und liest einen vor. Er gilt einmal. Was Sie tun, wird aufgezeichnet und Plantgate gemeldet, sobald es wieder da ist.
gateway-alone-emergency = Dieses Gateway erreicht Plantgate nicht, und es ist nichts genannt, was für Sie genehmigt wurde. Im Notfall kann jemand vom Standort, der das entscheiden darf, Sie hineinlassen: Diese Person ist bei Ihnen, öffnet das Blatt mit Codes für Notfälle und liest einen vor. Er gilt einmal. Ist dies kein Notfall, gehen Sie wieder: Genehmigte Arbeit hat ihr eigenes Kürzel. Was Sie tun, wird aufgezeichnet und danach von Leuten des Standorts geprüft.
gateway-alone-emergency-code = Code vom Blatt für Notfälle am Standort:
gateway-alone-emergency-wrong = Der Code steht nicht auf dem Blatt für Notfälle Ihrer Firma hier oder war schon benutzt, oder der Hinweis wurde nicht bestätigt.
gateway-alone-code = Code vom Blatt am Standort:
gateway-alone-wrong = Der Code steht nicht auf dem Blatt für diese Freigabe oder war schon benutzt, oder der Hinweis wurde nicht bestätigt.
gateway-alone-window = Was für Sie genehmigt ist, ist jetzt nicht offen, soweit dieses Gateway weiß, und fragen kann es nicht. Der Code ist verbraucht: Streichen Sie ihn durch. Kommen Sie mit einem anderen wieder, wenn die Arbeit beginnt; rufen Sie im Notfall die Schichtleitung des Standorts an.
gateway-alone-used = Dieser Code wurde inzwischen benutzt. Verbinden Sie sich neu und lassen Sie sich einen anderen vorlesen.
gateway-alone-way = Dieses Gateway hat keinen Weg zum System für den Fall, dass es Plantgate nicht fragen kann. Der Code ist verbraucht: Streichen Sie ihn durch. Rufen Sie die Schichtleitung des Standorts an: Sie geht nach dem Verfahren des Standorts vor.
gateway-alone-back = Plantgate ist wieder erreichbar, deshalb braucht es keinen Code vom Blatt, und Ihrer ist verbraucht, weil er eingegeben wurde: Streichen Sie ihn durch. Verbinden Sie sich neu und geben Sie den Code Ihrer Authenticator-App ein.
gateway-far-emergencies = Dieses Gateway erreicht Plantgate nicht, das entscheidet, wer hineinkommt. Was schon läuft, geht weiter. Wer jetzt genehmigte Arbeit hat, kann mit einem Code beginnen, den jemand vom Standort neben ihm vorliest. Rufen Sie im Notfall die Schichtleitung des Standorts an, die ein Blatt dafür haben kann: Melden Sie sich dann mit dem Namen des Systems anstelle der Freigabe an. Alle anderen warten.
gateway-alone-no-way = Dieses Gateway hat keinen Weg zum System für den Fall, dass es Plantgate nicht fragen kann. Dafür braucht es keinen Code: Lassen Sie keinen vorlesen. Rufen Sie die Schichtleitung des Standorts an: Sie geht nach dem Verfahren des Standorts vor.
gateway-alone-not-now = Soweit dieses Gateway weiß, kann für Sie hier jetzt nichts beginnen, und es kann Plantgate nicht fragen. Dafür braucht es keinen Code: Lassen Sie keinen vorlesen. Kommen Sie wieder, wenn die Arbeit beginnt; rufen Sie im Notfall die Schichtleitung des Standorts an.
gateway-far-alone = Dieses Gateway erreicht Plantgate nicht, das entscheidet, wer hineinkommt. Was schon läuft, geht weiter. Wer jetzt genehmigte Arbeit hat, kann mit einem Code beginnen, den jemand vom Standort neben ihm vorliest; alle anderen warten und rufen im Notfall die Schichtleitung des Standorts an.
invalid-gateway-signed-by = signed_by ist kein öffentlicher SSH-Schlüssel. Setzen Sie die Zeile ein, die `plantgate gateway --authority` beim Kern ausgibt, oder lassen Sie sie weg: Dann beginnt an diesem Gateway nichts, solange es nicht fragen kann.
