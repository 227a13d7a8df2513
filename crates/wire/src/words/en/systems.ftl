systems-count = { $count ->
    [one] 1 system
   *[other] {$count} systems
    }
systems-import = Import inventory
systems-none = No system yet
systems-none-text = Import an inventory, even a poor one: what it does not say stays unknown.
system-visitors = Who may come in, who is in
system-nobody = Nobody
system-nobody-text = No grant for this system is open or scheduled.
system-inside = inside
system-watched = Sessions here are seen by {$source}.
system-unwatched = No source watches this system: sessions appear only when somebody types them in.
system-engagements = Engagements that cover it
system-facts = Facts
system-fact-unknown = not stated
system-limits = Limits and compensation
system-limits-none = No limit stated.
system-compensated = Made up for until {$day}: {$measures}
system-compensation-broken = Broken: {$measures}, agreed until {$day}
flag-none = none
flag-safety = safety
flag-batch-record = batch record
flag-regulatory-data = regulatory data
flag-core-network = core network
flag-legacy = legacy
flag-high-availability = high availability
gxp-direct = direct
gxp-indirect = indirect
gxp-none = none
fact-flags = What it touches
fact-named-users = Named users
fact-mfa = Second factor
fact-logs = Logs
fact-file-control = Files can be controlled
