providers-count = { $count ->
    [one] 1 provider
   *[other] {$count} providers
    }
providers-add = Add provider
providers-none = No provider yet
providers-none-text = Providers come in by import or one by one. Unknown facts stay unknown until somebody states them.
providers-import = Import a list
providers-table = Providers and their proof by functional area
providers-caption = Providers, worst standing first, with proof by functional area SP.01 to SP.12
providers-no-reason = No reason against
providers-numbers = Numbers instead of bars
providers-bars = Bars instead of numbers
providers-legend = A bar is the share of grades in that area. Gaps stand on the left and never get thinner than you can see, so one missing item cannot hide in an average.
provider-qualified-to = to {$day}
provider-unqualified = not qualified
provider-file = Provider file
provider-three = Expect, show, observe
provider-areas = By functional area
provider-all-requirements = { $count ->
    [one] 1 requirement
   *[other] All {$count} requirements
    }
provider-steps = Standing at {$site}
provider-ours = Ours to do
provider-ours-sub = does not count against them
provider-ours-none = Nothing open on our side.
provider-people = {$named} named, {$active} active, {$unused} unused for 90 days
provider-contact = Contact {$name}.
expect = Expect
expect-sub = what we ask
expect-binding = Binding in contract
expect-testable = Testable clauses
expect-read = Read by provider
show = Show
show-sub = what they prove
observe = Observe
observe-sub = what we see, 90 days
observe-sessions = Sessions
observe-sessions-text = {$count}, { $over ->
    [one] 1 overrun
   *[other] {$over} overruns
    }
observe-referenced = With change reference
observe-no-source = No source tells us about sessions: nothing is known, good or bad.
tab-overview = Overview
tab-people = People
tab-engagements = Engagements
tab-evidence = Evidence
tab-access = Access
tab-findings = Findings
tab-history = History
people-none = Nobody named yet
people-none-text = The provider names people in its portal. One natural person per grant.
people-contact = contact
people-identity = Identity checked
people-mfa = Second factor
people-training = Site rules and training
people-used = Last inside
engagements-none = No engagement yet
engagements-none-text = Without an engagement nobody of this provider may come in.
why-since = Why {$standing}, since {$day}
why-always = Why {$standing}
why-counts = { $count ->
    [0] no reason counts
    [one] 1 reason counts
   *[other] {$count} reasons count
    }{ $not ->
    [0] {""}
    [one] , 1 does not
   *[other] , {$not} do not
    }
why-computed = computed {$at}
why-more = {$count} more
why-none = No reason counts against them.
why-means = What it means now
why-back = { $count ->
    [one] Back to Good when this is done
   *[other] Back to Good when all {$count} are done
    }
evidence-none = Nothing asked yet
evidence-none-text = Requirements follow from the tier of an engagement.
evidence-no-item = nothing handed in
