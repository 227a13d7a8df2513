signin-title = Anmelden
signin-lead = {$org}: wer hereinkommt, auf welcher Grundlage und wie lange.
signin-login = Anmeldename
signin-password = Passwort
signin-paste = Einfügen ist erlaubt
signin-go = Weiter
signin-help = Kein Konto oder ausgesperrt: {$help}.
signin-demo = Konten der Demo
signin-demo-text = Beim Start erzeugt; echte Daten haben nie welche. Der Code ist der gerade gültige.
signin-demo-code = Code von {$name} jetzt:
signin-as = Anmelden
signin-code = Code
signin-code-title = Zweiter Schritt
signin-code-lead = {$name}, geben Sie den Code Ihrer Authenticator-App ein.
signin-code-hint = sechs Ziffern, alle 30 Sekunden neu
signin-code-lost = Gerät verloren: {$help}.
firstrun-title = Die erste Stunde
firstrun-lead = Hier gibt es noch niemanden. Eine Seite, dann steht das Haus: Ihr Unternehmen, sein erstes Werk und Sie.
firstrun-org = Unternehmen und Werk
firstrun-org-name = Name des Unternehmens
firstrun-site = Erstes Werk
firstrun-site-hint = wie man es nennt
firstrun-zone = Zeitzone
firstrun-zone-hint = IANA-Name, etwa Europe/Berlin; jede Frist im Werk endet darin
firstrun-you = Sie
firstrun-name = Name
firstrun-login-hint = klein, ohne Leerzeichen
firstrun-password-hint = mindestens 14 Zeichen; ein Satz ist gut
firstrun-second = Zweiter Faktor
firstrun-second-text = Tragen Sie dieses Geheimnis in eine Authenticator-App ein. Es wird einmal gezeigt.
firstrun-secret = Geheimnis
firstrun-otpauth = In der App auf diesem Gerät öffnen
firstrun-code-hint = der Code, den die App jetzt zeigt
firstrun-go = Protokoll beginnen
firstrun-means = Das schreibt die ersten Einträge des Protokolls. Sie lassen sich nicht zurücknehmen, nur fortsetzen.
signin-both = Geben Sie Name und Passwort ein.
signin-wrong = Name, Passwort oder Code stimmen nicht. Warten Sie auf den nächsten Code und versuchen Sie es noch einmal.
signin-failed-before = { $count ->
    [one] Vor Ihrer Anmeldung war ein Versuch unter Ihrem Namen falsch. Wenn Sie das nicht waren, sagen Sie es der OT-Security.
   *[other] Vor Ihrer Anmeldung waren { $count } Versuche unter Ihrem Namen falsch. Wenn Sie das nicht waren, sagen Sie es der OT-Security.
}
signin-wait = Zu viele falsche Versuche. Warten Sie { $secs ->
    [one] eine Sekunde
   *[other] { $secs } Sekunden
} und versuchen Sie es dann noch einmal.
firstrun-qr = Zeichnung des Geheimnisses darunter, für die Kamera einer Authenticator-App
welcome-title = Willkommen
welcome-lead = {$name}, Sie sind bei {$org} eingeladen. Wählen Sie, wie Sie sich anmelden.
welcome-go = Passwort und zweiten Faktor setzen
welcome-means = Das Protokoll bewahrt, dass Sie dies taten, nie Ihr Passwort. Danach melden Sie sich an; vielleicht muss die Verwaltung Sie noch beginnen lassen.
welcome-by-passkey = Mit einem Passkey
welcome-by-passkey-text = Der kürzeste Weg: Finger, Gesicht oder PIN auf einem Gerät von Ihnen. Nichts zu tippen, und nichts, was eine andere Seite Ihnen abnehmen könnte.
welcome-by-passkey-go = Mit einem Passkey beginnen
welcome-or = oder unten auf einem anderen Weg
welcome-passkey = Ihr Passkey ist angelegt
welcome-passkey-text = Von nun an melden Sie sich damit an; vielleicht muss ein Administrator Sie noch beginnen lassen. Legen Sie bald einen zweiten auf einem anderen Gerät an, unter Konto: wer den einzigen verliert, braucht einen neuen Link von einem Administrator.
prove-by-passkey = Sie haben hier einen Passkey und kein Passwort, darum beweist es der Passkey. Er braucht Skripte in diesem Browser.
sign-by-passkey = Sie haben hier einen Passkey und kein Passwort: unterschreiben Sie mit dem Passkey, unten. Er braucht Skripte in diesem Browser.
welcome-code = Das ist nicht der Code dieses Augenblicks. Sehen Sie in die App und geben Sie den neuen ein.
signin-help-admin = Kein Konto oder ausgesperrt: Fragen Sie die Verwaltung des Werks.
