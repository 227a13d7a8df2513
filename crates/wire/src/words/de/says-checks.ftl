check-named-person = Benannte Person
check-no-hold = Keine Sperre
check-engagement-active = Auftrag ist aktiv
check-system-in-scope = System ist im Umfang
check-environment-in-scope = Umgebung ist im Umfang
check-role-in-scope = Rechte sind im Umfang
check-conduits-in-scope = Übergang ist im Umfang
check-standing-allows = Stand
check-identity-verified = Identität
check-mfa = Zweiter Faktor
check-trainings-valid = Schulung und Kenntnisnahmen
check-purpose-given = Zweck
check-reference = Änderung oder Ticket
check-pattern-allowed = Zugangsweg
check-responsibilities-current = Zuständigkeiten
check-window-agreed = Zeitfenster
check-compensation-broken = Eine der vereinbarten Maßnahmen gilt nicht mehr.
check-compensation-complete = Ausgleichende Maßnahmen
check-length-within-cap = Dauer
check-attendant-named = Begleitung
check-approver-separate = Getrennte Genehmigung
check-approvals-enough = Genehmigungen
check-approvals-complete = { $needed ->
    [one] Die eine Funktion, die zustimmen muss, hat zugestimmt.
   *[other] Alle {$needed} Funktionen, die zustimmen müssen, haben zugestimmt.
    }
check-approvals-missing = {$given} von {$needed} Funktionen haben zugestimmt; {$who} noch nicht.
check-approver-is-requester = Wer genehmigt, hat selbst gefragt oder ginge hinein.
check-approver-none = Niemand hat genehmigt.
check-approver-of-provider = Nur eigene Leute genehmigen.
check-approver-other-person = Genehmigt von jemandem, der weder fragt noch hineingeht.
check-approver-twice = Dieselbe Person hat zweimal genehmigt.
check-at-approval = Wird bei der Genehmigung beurteilt.
check-attendant-known = {$attendant} begleitet.
check-attendant-needed = Begleitung ist nötig ({$because}), und niemand hat sich frei gemeldet.
check-attendant-none = Niemand ist zur Begleitung benannt.
check-attendant-not-asked = Begleitung ist nötig ({$because}), gefragt ist unbegleitete Arbeit.
check-attendant-not-needed = Begleitung ist nicht nötig.
check-attendant-self = Begleitung und eintretende Person sind dieselbe.
check-attendant-to-name = Vor dem Beginn muss eine Begleitung benannt sein.
check-compensation-capability-unknown = Niemand hat angegeben, was dieses System kann, und keine Maßnahmen sind vereinbart.
check-compensation-expired = Die vereinbarten Maßnahmen sind abgelaufen.
check-compensation-hours = Das Zeitfenster liegt nicht in den Stunden, die für dieses System vereinbart sind.
check-compensation-in-force = Alle vereinbarten Maßnahmen gelten.
check-compensation-missing = Das System hat eine Grenze und keine vollständigen Maßnahmen.
check-compensation-no-limitation = Das System hat keine Grenze.
check-compensation-step = Ein Schritt, den die vereinbarten Maßnahmen verlangen, ist offen: {$step}.
check-compensation-unknown = Es ist nicht bekannt, ob die Maßnahmen gelten.
check-conduits-inside = Jeder Übergang auf dem Weg ist im Umfang.
check-conduits-on-site = Vor Ort wird kein Übergang gequert.
check-conduits-outside = Ein Übergang auf dem Weg ist nicht im Umfang.
check-conduits-unknown = Der Weg ist nicht bekannt.
check-engagement-active-until = Aktiv, bis {$until}.
check-engagement-dates = Das Zeitfenster liegt nicht in {$from} bis {$until}.
check-engagement-dates-unknown = Die Laufzeit des Auftrags ist nicht bekannt.
check-engagement-ended = Der Auftrag ist beendet.
check-engagement-in-use = Seit vor dem Programm in Gebrauch, bis {$until}; noch nicht aktiviert.
check-engagement-in-use-over = Vor dem Programm nur bis {$until} in Gebrauch; nicht aktiviert.
check-engagement-not-activated = Der Auftrag ist nicht aktiviert.
check-engagement-other-provider = Der Auftrag gehört einem anderen Dienstleister.
check-engagement-suspended = Der Auftrag ist ausgesetzt.
check-engagement-unknown = Es ist nicht bekannt, ob der Auftrag aktiv ist.
check-environment-inside = {$environment} ist im Umfang.
check-environment-outside = {$environment} ist nicht im Umfang.
check-environment-unknown = Niemand hat die Umgebung dieses Systems angegeben, oder es ist nicht im Umfang.
check-frozen-during-session = Zu Beginn beurteilt; während der Sitzung nicht erneut.
check-grant-unknown = Es ist nicht bekannt, ob die Freigabe noch gilt.
check-grant-withdrawn = Die Freigabe ist abgelaufen oder widerrufen.
check-hold-attended-met = Seit {$since} nur begleitet; diese Arbeit ist begleitet.
check-hold-attended-only = Seit {$since} nur begleitete Arbeit.
check-hold-begins = Eine Sperre beginnt {$from}, im Zeitfenster.
check-hold-gmp = Wegen der Produktqualität gesperrt seit {$since}.
check-hold-incident = Wegen eines Vorfalls gesperrt seit {$since}.
check-hold-none = Keine Sperre auf Person, Zugangsmittel, Dienstleister, Auftrag oder System.
check-hold-security = Aus Sicherheitsgründen gesperrt seit {$since}.
check-hold-yields = Es gibt eine Sperre seit {$since}; sie hält diese Arbeit nicht auf.
check-identity-expired = Die Identitätsprüfung ist abgelaufen.
check-identity-missing = Die Identität wurde nie geprüft.
check-identity-unknown = Es ist nicht bekannt, ob die Identität geprüft wurde.
check-identity-valid = Identität geprüft, gültig bis {$until}.
check-length-over = {LENGTH($length)} ist länger als die {LENGTH($cap)}, die {$tier} und Zweck erlauben.
check-length-within = {LENGTH($length)}; höchstens erlaubt für {$tier} und Zweck sind {LENGTH($cap)}.
check-mfa-both = Zweiter Faktor bei Person und Weg.
check-mfa-called-back = Unter der bekannten Nummer des Dienstleisters zurückgerufen.
check-mfa-compensated = Nicht überall ein zweiter Faktor; vereinbarte Maßnahmen gleichen es aus.
check-mfa-on-site = Vor Ort ist kein Weg zu schützen.
check-mfa-path-none = Der Weg hat keinen zweiten Faktor.
check-mfa-person-none = Die Person hat keinen zweiten Faktor.
check-mfa-unknown = Es ist nicht bekannt, ob es einen zweiten Faktor gibt.
check-off-at-this-site = Diese Prüfung ist in diesem Werk aus.
check-paper-ends = Jetzt gültig, endet {$until}, vor der Arbeit.
check-person-invited = Die Person hat die Aufnahme nicht abgeschlossen.
check-person-left = Die Person ist ausgeschieden.
check-person-named = Eine natürliche Person ist benannt.
check-person-none = Keine Person ist benannt.
check-person-not-natural = Ein Gruppen- oder Dienstkonto ist keine Person.
check-person-other-employer = Die Person arbeitet nicht für diesen Dienstleister.
check-person-suspended = Die Person ist ausgesetzt.
check-person-unknown = Es ist nicht bekannt, wer das ist oder für wen die Person arbeitet.
check-purpose-none = Kein Zweck ist angegeben.
check-purpose-stated = Zweck: {$purpose}.
check-reference-approved = Die Änderung ist genehmigt, betrifft dieses System und deckt das Zeitfenster.
check-reference-given = Eine Nummer ist angegeben; zum Ansehen und Abholen ist keine nötig.
check-reference-none = Wer etwas ändert, braucht eine genehmigte Änderung; keine ist genannt.
check-reference-not-approved = Die Änderung ist nicht genehmigt.
check-reference-not-needed = Zum Ansehen und Abholen ist keine Nummer nötig.
check-reference-other-target = Die Änderung betrifft dieses System nicht.
check-reference-unknown = Änderung, Genehmigung, Ziel oder Zeitfenster sind hier nicht bekannt.
check-reference-window = Die Änderung ist für {$from} bis {$until} genehmigt; das Zeitfenster liegt nicht darin.
check-responsibilities-attested = Zuständigkeiten sind bestätigt und aktuell.
check-responsibilities-expired = Die bestätigten Zuständigkeiten sind abgelaufen.
check-responsibilities-missing = Niemand hat die Zuständigkeiten bestätigt.
check-responsibilities-unknown = Es ist nicht bekannt, ob die Zuständigkeiten bestätigt sind.
check-role-inside = Alle gefragten Rechte sind im Umfang.
check-role-outside = {$role} ist auf diesem System nicht im Umfang.
check-role-unknown = Rechte sind nicht vergleichbar: keines gefragt, oder das System ist nicht im Umfang.
check-standing-blocked = {$level} seit {$since}, { $reasons ->
    [one] 1 Grund
   *[other] {$reasons} Gründe
    }.
check-standing-good = Gut.
check-standing-restricted-attended = {$level} seit {$since}, { $reasons ->
    [one] 1 Grund
   *[other] {$reasons} Gründe
    }; begleitete Arbeit braucht ein Ja der OT-Sicherheit.
check-standing-restricted-unattended = {$level} seit {$since}, { $reasons ->
    [one] 1 Grund
   *[other] {$reasons} Gründe
    }; unbegleitete Arbeit ist nicht möglich.
check-standing-watch = {$level} seit {$since}, { $reasons ->
    [one] 1 Grund
   *[other] {$reasons} Gründe
    }; die Arbeit geht weiter.
check-standing-worsens = Jetzt gut, {$level} ab {$from}, wenn die Gründe nicht geklärt werden.
check-system-dates = {$system} ist im Umfang, aber nicht an diesen Tagen.
check-system-inside = {$system} ist im Umfang.
check-system-outside = {$system} ist nicht im Umfang.
check-system-unknown = Es ist nicht bekannt, ob {$system} im Umfang ist.
check-training-expired = Eine nötige Schulung oder Kenntnisnahme ist {$until} abgelaufen.
check-training-missing = Eine nötige Schulung oder Kenntnisnahme fehlt.
check-training-unknown = Es ist nicht bekannt, welche Schulungen gelten.
check-training-valid = Alle nötigen Schulungen und Kenntnisnahmen gelten.
check-way-allowed = {$way}: in der Zone erlaubt und vereinbart.
check-way-not-agreed = {$way}: nicht mit dem Dienstleister vereinbart.
check-way-safety-remote = Ein Sicherheitssystem wird nie aus der Ferne geändert.
check-way-safety-unknown = Dies könnte ein Sicherheitssystem sein; im Notfall wird es nicht aus der Ferne geändert.
check-way-unknown = Niemand hat angegeben, welche Wege die Zone erlaubt oder welche vereinbart sind.
check-way-zone-forbids = {$way}: in der Zone nicht erlaubt.
check-window-calendar-unknown = Niemand steht für die Liste der Sperrzeiten in diesem Werk ein.
check-window-free = Das Zeitfenster ist frei von Sperrzeiten.
check-window-freeze = Sperrzeit von {$from} bis {$until}.
check-window-not-open = Das Zeitfenster öffnet {$from}.
check-window-over = Das Zeitfenster endete {$until}.
