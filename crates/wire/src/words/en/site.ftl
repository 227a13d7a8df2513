site-report = Site report: { $site }
site-report-open = Report on one page
site-as-of = As recorded and as of { $at }.
site-providers = providers
site-inside = inside now
site-scheduled = accesses still to come
site-overdue = duties overdue
site-findings = findings open
site-accesses = accesses in { $days } days
site-sessions = sessions in { $days } days
site-emergencies = emergency uses in { $days } days
site-packs = audit packs of the house in { $days } days
site-approval = Median time from request to approval in { $days } days: { $length } ({ $count ->
    [one] one request
   *[other] { $count } requests
    }).
site-approval-none = Median time from request to approval in { $days } days: no figure yet.
site-block-providers = Providers by standing and tier
site-block-coming = Inside and coming
site-block-overdue = Overdue duties
site-block-findings = Open findings
site-block-emergencies = Emergency uses
site-none = None that you see.
site-more = { $count } more are in the lists.
site-since = inside since { $at }
site-reviewed = reviewed
site-unreviewed = not reviewed yet
site-record = Read from the record at { $size } entries.
site-head = Last signed head: { $size } entries, root { $root }.
site-limits = This shows what was recorded at this site and what follows from it by the rules, as far as its reader may see it. It does not show that what was recorded is true, nor that nothing happened beside it. It states the evidence held about service providers; it says nothing about whether anybody meets a standard, and it does not predict the result of an audit.
