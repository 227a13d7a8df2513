site-report = Standortbericht: { $site }
site-report-open = Bericht auf einer Seite
site-as-of = Nach Protokoll, Stand { $at }.
site-providers = Dienstleister
site-inside = gerade drin
site-scheduled = Zugänge noch vor sich
site-overdue = überfällige Pflichten
site-findings = offene Feststellungen
site-accesses = Zugänge in { $days } Tagen
site-sessions = Sitzungen in { $days } Tagen
site-emergencies = Notzugänge in { $days } Tagen
site-packs = Prüfpakete des Hauses in { $days } Tagen
site-approval = Median der Zeit vom Antrag zur Genehmigung in { $days } Tagen: { $length } ({ $count ->
    [one] ein Antrag
   *[other] { $count } Anträge
    }).
site-approval-none = Median der Zeit vom Antrag zur Genehmigung in { $days } Tagen: noch keine Zahl.
site-block-providers = Dienstleister nach Stand und Stufe
site-block-coming = Drin und erwartet
site-block-overdue = Überfällige Pflichten
site-block-findings = Offene Feststellungen
site-block-emergencies = Notzugänge
site-none = Keine, die Sie sehen.
site-more = { $count } weitere stehen in den Listen.
site-since = drin seit { $at }
site-reviewed = nachgeprüft
site-unreviewed = noch nicht nachgeprüft
site-record = Gelesen aus dem Protokoll bei { $size } Einträgen.
site-head = Letzter unterschriebener Kopf: { $size } Einträge, Wurzel { $root }.
site-limits = Dies zeigt, was an diesem Standort eingetragen wurde und was nach den Regeln daraus folgt, soweit es der Leser sehen darf. Es zeigt nicht, dass das Eingetragene wahr ist, und nicht, dass daneben nichts geschah. Es nennt die Nachweise über Dienstleister; es sagt nichts darüber, ob jemand einer Norm genügt, und es sagt das Ergebnis eines Audits nicht voraus.
