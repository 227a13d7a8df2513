me-sessions = Wo Sie angemeldet sind
me-sessions-text = Eine Sitzung endet von selbst nach {$idle} Ruhe, auf jeden Fall nach {$most}. Beenden Sie, was Sie nicht kennen, und lassen Sie dann Ihr Passwort ersetzen.
users-sessions = Wo sie angemeldet sind
users-sessions-text = Wer hier abgemeldet wird, darf sich wieder anmelden. Wer das nicht soll, wird ausgesetzt.
users-no-session = Nirgends.
session-on = {$browser} auf {$system}
session-this = diese hier
session-began = seit {$at}
session-used = zuletzt benutzt {$at}
session-end = Beenden
session-end-others = Alle anderen beenden
session-end-all = Alle beenden
browser-edge = Edge
browser-opera = Opera
browser-firefox = Firefox
browser-chromium = Chromium
browser-chrome = Chrome
browser-safari = Safari
browser-program = ein Programm
browser-other = ein anderer Browser
os-windows = Windows
os-android = Android
os-ios = iPhone oder iPad
os-macos = macOS
os-chromeos = ChromeOS
os-linux = Linux
os-other = einem anderen System
done-session-over = Beendet. Wer diesen Browser hat, ist abgemeldet.
done-sessions-over = Beendet. Dort ist niemand mehr angemeldet.
recovery-title = Wiederherstellungscodes
recovery-text = Jeder lässt Sie einmal mit Ihrem Passwort hinein, wenn Ihr Telefon verloren oder kaputt ist. Bewahren Sie sie auf Papier auf, getrennt von ihm.
recovery-none = Sie haben keine. Ohne Ihr Telefon kämen Sie nicht hinein.
recovery-left = { $left ->
    [0] Von {$made} ist keiner übrig.
    [one] Von {$made} ist 1 übrig.
   *[other] Von {$made} sind {$left} übrig.
    }
recovery-made-at = Erzeugt {$at}.
recovery-make = Wiederherstellungscodes erzeugen
recovery-again = Neue erzeugen
recovery-ends = Neue beenden die alten sofort, auf welchem Papier sie auch stehen.
recovery-shown = Sie werden nur dieses eine Mal gezeigt. Drucken Sie sie oder schreiben Sie sie jetzt ab; niemand kann sie Ihnen noch einmal zeigen.
recovery-keep = {$org}: Wiederherstellungscodes für Plantgate
recovery-print = Drucken
recovery-copy = Kopieren
recovery-copied = Kopiert.
recovery-how = Wählen Sie beim Anmelden hinter dem Passwort „Einen Wiederherstellungscode benutzen“. Streichen Sie ihn dann: Er wirkt einmal. Jede Benutzung steht im Protokoll.
recovery-kept = Ich habe sie verwahrt
recovery-code = Wiederherstellungscode
recovery-code-hint = 16 Buchstaben und Ziffern von Ihrem Papier; ein benutzter wirkt nicht noch einmal
signin-recovery-lead = {$name}, geben Sie einen Ihrer Wiederherstellungscodes ein.
signin-recovery-instead = Einen Wiederherstellungscode benutzen
signin-code-instead = Den Code der App benutzen
recovery-used-now = { $left ->
    [0] Sie haben den Wiederherstellungscode {$code} benutzt. Keiner ist übrig: Erzeugen Sie unter Ihrem Namen neue.
    [one] Sie haben den Wiederherstellungscode {$code} benutzt. 1 ist übrig: Erzeugen Sie unter Ihrem Namen neue.
   *[other] Sie haben den Wiederherstellungscode {$code} benutzt. {$left} sind übrig.
    }
recovery-used-since = { $count ->
    [one] Unter Ihrem Namen wurde ein Wiederherstellungscode benutzt, seit Sie sich zuletzt mit Ihrer App angemeldet haben. Waren Sie das nicht, beenden Sie unter Ihrem Namen alle anderen Sitzungen und lassen Sie Ihr Passwort ersetzen.
   *[other] Unter Ihrem Namen wurden {$count} Wiederherstellungscodes benutzt, seit Sie sich zuletzt mit Ihrer App angemeldet haben. Waren Sie das nicht, beenden Sie unter Ihrem Namen alle anderen Sitzungen und lassen Sie Ihr Passwort ersetzen.
    }
prove-title = Weisen Sie sich noch einmal aus
prove-lead = Was Sie vorhaben, braucht einen Nachweis, der nicht älter als {$within} ist. Nichts Ausgefülltes geht verloren: Damit geht es weiter.
prove-hint = die sechs Ziffern, die Ihre App jetzt zeigt, oder einer Ihrer Wiederherstellungscodes
prove-means = Danach fragt dieser Browser bei solchen Handlungen eine Weile nicht wieder.
prove-leave = Es lassen
prove-wrong = Dieser Code stimmt nicht, wurde schon benutzt, oder es gab zu viele falsche. Warten Sie auf den nächsten Code und versuchen Sie es noch einmal.
password-title = Passwort ändern
password-lead = Das alte Passwort und ein Code zeigen, dass Sie es sind. Ihr zweiter Faktor bleibt, wie er ist.
password-old = Altes Passwort
password-code-hint = aus Ihrer App, oder ein Wiederherstellungscode
password-new = Neues Passwort
password-again = Das neue noch einmal
password-go = Ändern
password-means = Alle Ihre Sitzungen enden, auch diese, und Ihre alten Wiederherstellungscodes gelten nicht mehr: Sie bekommen neue, dann melden Sie sich neu an.

# Anmeldung über einen Identitätsanbieter
sign-on-title = Mit einem Konto anderswo
sign-on-with = Anmelden mit {$name}
sign-on-away-now = hat eben nicht geantwortet
sign-on-not-done = Sie sind nicht angemeldet
sign-on-other-way = Zur Anmeldeseite
sign-on-help = einen Administrator des Werks
sign-on-away = {$name} antwortet gerade nicht, darum kann sich niemand darüber anmelden. Wer hier ein Passwort hat, nimmt dieses; die anderen versuchen es in einer Minute wieder. Dauert es an, sagen Sie es bitte weiter: {$help}.
sign-on-stale = Die Antwort von {$name} gehört zu keiner Anmeldung, die dieser Browser in den letzten zehn Minuten begonnen hat, oder sie wurde schon benutzt. Beginnen Sie auf der Anmeldeseite neu.
sign-on-declined = {$name} hat Sie nicht angemeldet: Sie haben die Seite dort verlassen, oder man lässt Sie hier nicht ein. Beginnen Sie neu, oder fragen Sie: {$help}.
sign-on-not-believed = Die Antwort von {$name} ließ sich nicht prüfen, darum wurde niemand angemeldet. Beginnen Sie neu; geschieht es wieder, sagen Sie es bitte weiter: {$help}.
sign-on-no-account = {$name} kennt Sie, aber hier öffnet sich damit jetzt kein Konto. Wer eingeladen ist, beginnt mit dem Link der Einladung. Sonst fragen Sie: {$help}.
sign-on-taken = Dieses Konto bei {$name} lässt sich nicht an Sie binden: vielleicht ist es schon gebunden. Fragen Sie: {$help}.
sign-on-bound = Ihr Konto ist gebunden
sign-on-bound-text = Von nun an melden Sie sich mit {$name} an. Ein Administrator muss Sie noch beginnen lassen; dann geht es.
sign-on-proven = Sie sind es
sign-on-proven-text = Schließen Sie diese Seite und machen Sie mit dem Formular in der anderen weiter. Eine Weile darf dieser Browser so etwas, ohne neu zu fragen.
sign-on-prove = Mit Ihrem Konto anderswo
sign-on-prove-text = Die andere Seite öffnet sich neben dieser. Melden Sie sich dort noch einmal an, kommen Sie hierher zurück und machen Sie weiter: nichts Ausgefülltes geht verloren.
sign-on-prove-with = Beweisen mit {$name}
sign-on-prove-done = Ich habe es getan, weiter
sign-on-groups = Durch Ihre Gruppen haben Sie { $given ->
    [0] keine Rolle
    [one] eine Rolle
   *[other] {$given} Rollen
 } erhalten, und { $taken ->
    [0] keine wurde genommen
    [one] eine wurde genommen
   *[other] {$taken} wurden genommen
 }.
sign-on-bind = Konto bei einem Identitätsanbieter
sign-on-bind-text = Bindet ein Konto, das Sie bei einem Identitätsanbieter haben, an Sie, damit Sie sich darüber anmelden. Dort beweisen Sie, dass es Ihres ist; niemand kann eines für Sie binden.
sign-on-provider = Identitätsanbieter
sign-on-bind-go = Ein Konto von mir binden
sign-on-no-password = Sie melden sich mit einem Konto anderswo an und haben hier kein Passwort. Eine Unterschrift braucht ein eigenes Passwort und einen Code. Fragen Sie einen Administrator des Werks, wie Sie eines erhalten.
sign-on-begin = Anmelden
sign-on-begin-text = Zum Anmelden geht es zu {$name}. Wer hier in diesem Browser angemeldet ist, wird dadurch abgemeldet.
sign-on-own = Zu Ihrem Identitätsanbieter
sign-on-own-text = Melden Sie sich bei {$name} noch einmal an, mit dem Konto, das hier Ihres sein soll. Dann ist es an Sie gebunden, und Sie kommen auf diese Seite zurück.
sign-on-go = Dorthin gehen
sign-on-elsewhere = Das beginnt nur auf einer Seite von Plantgate, und eine andere Website hat Sie hierher geschickt. Mit {$name} wurde nichts begonnen. Gehen Sie zur Anmeldeseite oder zu Konto und beginnen Sie dort; wollten Sie das nicht, sagen Sie es bitte weiter: {$help}.
sign-on-no-passkey = Sie sind über ein Konto anderswo hier. Was unterschreibt, ein Passkey oder ein Passwort, legt nur an, wer sich hier ausgewiesen hat: bitten Sie einen Administrator des Werks um einen Link.
done-sign-on-bound = Konto gebunden.
auth-silence = weil tagelang kein Identitätsanbieter etwas von der Person gesagt hat
auth-sign-on = über einen Identitätsanbieter ({$how})
actor-identity-provider = ein Identitätsanbieter, nach seinen Gruppen
keykind-sign-on = Anmeldung über einen Identitätsanbieter
