event-expect-people-asked = Ansprechpartner gefragt, wer noch Zugang braucht
event-expect-people-answered = Ansprechpartner antwortete über den Link zu seinen Leuten
event-expect-people-confirmed = Ansprechpartner bestätigte seine Leute über den Link
event-expect-people-ask-closed = Link zurückgenommen oder Offenes geklärt
peopleask-title = Leute vom Ansprechpartner bestätigen lassen
peopleask-lead = { $count ->
    [one] Ein Ansprechpartner des Dienstleisters bekommt einen Link. Er öffnet ohne Konto eine Seite mit der einen Person, die hier von ihm bekannt ist, und fragt: noch bei Ihnen und braucht Zugang, ausgeschieden, oder weiß nicht.
   *[other] Ein Ansprechpartner des Dienstleisters bekommt einen Link. Er öffnet ohne Konto eine Seite mit den {$count} Personen, die hier von ihm bekannt sind, und fragt bei jeder: noch bei Ihnen und braucht Zugang, ausgeschieden, oder weiß nicht.
 }
peopleask-nobody = Von diesem Dienstleister ist hier noch niemand bekannt. Laden Sie zuerst seinen Ansprechpartner ein.
peopleask-replaces = Ein Link ist schon offen. Ein neuer tritt an seine Stelle; der alte sagt das dann.
peopleask-contact = Ansprechpartner
peopleask-contact-hint = Wessen Antwort es sein wird. Ansprechpartner des Dienstleisters stehen zuerst.
peopleask-days = Tage, die der Link offen ist
peopleask-days-hint = Höchstens {$most}.
peopleask-go = Link erzeugen
peopleask-again = Noch einmal fragen
peopleask-no-mail = Plantgate verschickt keine E-Mail: Sie senden den Text aus Ihrem eigenen Mailprogramm.
peopleask-made = Der Link ist erzeugt
peopleask-once = Dieser Link wird einmal gezeigt. Behalten wird nur sein Hash; ist er verloren, erzeugen Sie einen neuen.
peopleask-for = Für {$name}. Er öffnet einmal, bis {$until}.
peopleask-strength = Antworten kann, wer den Link hat. Die Antwort wird als über den Link gegeben festgehalten, nicht von jemandem, der sich angemeldet hat: ein schwacher Beleg, gut genug, um Zugang zu schließen, nie, um welchen zu öffnen.
peopleask-text = Text der E-Mail
peopleask-mailto = In meinem Mailprogramm öffnen
peopleask-follow = Sehen, was zurückkommt
peopleask-one = Leute, von einem Ansprechpartner bestätigt
peopleask-by = Gefragt von
peopleask-answered = Über den Link beantwortet
peopleask-until = Link offen bis
peopleask-remind = Aufgabe ab
peopleask-said = Der Ansprechpartner sagt
peopleask-last-day = letzter Tag {$day}
peopleask-missing = Jemand fehlt
peopleask-left-means = Wer ausgeschieden ist, wurde als Austritt festgehalten: Neuer Zugang ruht ab dem Ende des letzten Tages, laufende Arbeit wird zu ihrem sicheren Ende gebracht. Eine Verspätung, die nur über den Link bekannt ist, wird behalten und zählt nicht gegen den Dienstleister.
peopleask-revoke = Link zurücknehmen
peopleask-settle = Offenes ist geklärt
peopleask-none = Noch niemand wurde über einen Link gefragt.
askstate-open = wartet auf Antwort
askstate-expired = keine Antwort gekommen
askstate-replaced = durch einen späteren Link ersetzt
askstate-revoked = zurückgenommen
askstate-points = beantwortet, etwas ist offen
askstate-answered = beantwortet
peoplesays-here = Noch bei uns und braucht Zugang
peoplesays-left = Ausgeschieden
peoplesays-unknown = Weiß nicht
peoplemailin-en = E-Mail auf Englisch
peoplemailin-de = E-Mail auf Deutsch
peoplemail-subject = {$org}: Wer von {$provider} braucht noch Zugang?
peoplemail-body = Guten Tag {$name},

    bitte sagen Sie uns, wer von {$provider} noch für Sie arbeitet und Zugang zu unseren Anlagen braucht. Die Seite hinter diesem Link braucht wenige Minuten und kein Konto:

    {$link}

    Der Link gilt einmal, bis {$until}. Antworten kann, wer ihn hat; geben Sie ihn bitte nicht weiter.

    {$asker}
    {$org}
bylink-title = Wer von {$provider} braucht noch Zugang?
bylink-lead = {$name}, {$org} bittet Sie, diese Liste einmal durchzugehen. Sie nennt nur Leute Ihrer Firma.
bylink-day = Letzter Tag
bylink-day-hint = Nur bei denen, die ausgeschieden sind oder ausscheiden.
bylink-empty = Von Ihrer Firma ist hier niemand bekannt. Sollte jemand es sein, schreiben Sie es unten.
bylink-missing = Fehlt jemand?
bylink-missing-hint = Wer für uns arbeitet und nicht auf der Liste steht. Hinzugefügt wird dadurch niemand; wir fragen Sie.
bylink-means = Bei wem „ausgeschieden“ steht, ruht neuer Zugang ab dem Ende des letzten Tages; laufende Arbeit wird zuerst zu einem sicheren Ende gebracht. Warum jemand geht, wird nicht gefragt.
bylink-go = Liste bestätigen
bylink-strength = Die Antwort wird als von {$name} über diesen Link gegeben festgehalten, ohne Anmeldung. Sie kann einmal gegeben werden.
bylink-whom = Fragen: {$name}.
bylink-whom-unknown = Fragen Sie, wer Ihnen den Link geschickt hat.
bylink-until = Der Link ist offen bis {$at}.
bylink-answered = Beantwortet für {$provider} am {$at}. Diese Seite ist zum Lesen; ändern lässt sich über sie nichts.
bylink-wait = Es wurden zu viele Links versucht, die keine waren: Warten Sie {$seconds} Sekunden.
linkstate-used = Danke, diese Liste wurde bestätigt
linkstate-expired = Dieser Link ist zu alt
linkstate-replaced = Es gibt einen neueren Link
linkstate-revoked = Dieser Link wurde zurückgenommen
linkstate-unknown = Dieser Link öffnet nichts
linkstate-wait = Jetzt nicht
linkmeans-used = Das wurde gesagt. Ist etwas davon falsch, sagen Sie es der Person unten.
linkmeans-expired = Seine Zeit ist vorbei, und nichts wurde bestätigt. Die Person unten kann Ihnen einen neuen schicken.
linkmeans-replaced = Sie haben einen späteren Link bekommen; nehmen Sie den. Haben Sie ihn nicht, kann die Person unten ihn noch einmal schicken.
linkmeans-revoked = Wer gefragt hat, braucht die Antwort nicht mehr. Nichts wurde bestätigt.
linkmeans-unknown = Vielleicht hat das Mailprogramm ihn geteilt: Kopieren Sie ihn ganz. Auch ein Link von früher ist irgendwann nicht mehr bekannt.
linkmeans-wait = Dieser Link öffnet im Augenblick nichts.
stop-link-not-theirs = Dieser Link ist für eine andere Person des Dienstleisters.
stop-link-expired = Dieser Link ist zu alt.
stop-link-replaced = Es gibt einen neueren Link.
stop-link-revoked = Dieser Link wurde zurückgenommen.
stop-link-used = Dieser Link wurde schon benutzt.
stop-link-closed = Es ist nichts mehr zurückzunehmen oder zu klären.
invalid-contact-not-theirs = Diese Person arbeitet nicht für den Dienstleister. Wählen Sie eine seiner Personen.
invalid-secret-hash = Das ist kein SHA-256: Schreiben Sie 64 hexadezimale Ziffern in Kleinbuchstaben.
invalid-link-days = Schreiben Sie eine Zahl von Tagen von 1 bis {$most}.
invalid-left-no-day = Schreiben Sie den letzten Tag.
invalid-left-day = Dieser Tag liegt mehr als ein Jahr voraus oder zehn Jahre zurück. Schreiben Sie den letzten Tag.
invalid-person-not-answered = Wählen Sie eine Antwort; „weiß nicht“ ist eine.
invalid-rules-people-days = {$days} Tage für Links an Ansprechpartner liegen außerhalb von 1 bis 60. Schreiben Sie eine Zahl dazwischen.
done-people-ask-closed = Es ist geschlossen.
today-people-ask = Leute nicht bestätigt oder etwas offen: {$what}
fld-asks = Gefragte Ansprechpartner
fld-ask = Frage
fld-contact = Ansprechpartner
fld-secret-sha256 = Hash des Links
fld-remind-at = Aufgabe ab
fld-left-on = Letzter Tag
fld-replaced = Durch einen späteren Link ersetzt
