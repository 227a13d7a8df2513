engagement-activate = Activate
engagement-gates = Before it may be used
engagement-scope = Systems in scope
engagement-tier-why = What the tier rests on
engagement-tier-change = State other facts…
engagement-fact-unknown = not known, judged as yes
engagement-may = What may be done
engagement-owed = { $count ->
    [one] 1 obligation
   *[other] {$count} obligations
    }
engagement-clauses = Clauses
clause-binding = testable and binding
clause-testable = testable, not binding
clause-vague = vague: cannot be asked for
gate-qualification = Qualification covers scope and depth
gate-contract = Contract signed and in force
gate-responsibilities = Responsibilities agreed
gate-information = Information exchange agreed
gate-access-method = Way in defined
gate-contact = Provider has a contact
tierchange-title = State facts, see the tier
tierchange-facts = Facts
tierchange-preview = Show what it would do
tierchange-if = If you save this
tierchange-same = Nothing changes.
tierchange-sum = { $added ->
    [one] 1 obligation is added
   *[other] {$added} obligations are added
    }, {$removed} removed.
tierchange-added = Added: {$count}
tierchange-removed = Removed: {$count}
tierchange-save = Save the facts
tierchange-second = A second person must agree before it counts.
