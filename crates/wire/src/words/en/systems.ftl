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
