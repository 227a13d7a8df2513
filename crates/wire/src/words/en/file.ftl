providers-all = All
providers-turns = {$standing} from {$day}
why-under = Asked under
why-due = Due {$day}.
why-told = Told {$day}.
why-weighs = {$standing} since {$day}.
why-will = {$standing} from {$day} if nothing changes.
why-who = {$provider}, then we confirm
why-coming = Will count if nothing changes: {$count}
why-beside = Does not count: {$count}
means-watch-access = Access goes on as agreed; each new grant shows this warning.
means-watch-order = A new order is possible with this as a condition.
means-restricted-access = New planned access only attended, with a yes from OT security.
means-restricted-order = No new order and no wider scope until it is cleared.
means-blocked-access = No new access. What runs ends by its safe end.
means-blocked-order = No order. In an emergency the rules for emergencies hold.
order-step-state-tier-facts = State what the work can reach and change
order-step-confirm-tier = Confirm the tier: a needed fact is unknown
order-step-qualify = Decide the qualification
order-step-name-sites = Name the site where they shall work
order-step-clear-watch = Clear what keeps the standing at Watch
order-step-clear-standing = Clear what keeps the standing down
order-step-meet-condition = Meet the condition of the qualification
order-step-requalify = Qualify again
order-step-deepen = Qualify to the depth of the tier
order-nothing-open = Nothing is open before an order.
order-by = by {$day}
history-erased = erased
actor-genesis = first run
actor-host = whoever administers the machine
actor-watchman = watchman
find-title = Find
find-none = Nothing is called so
find-none-names = Looked for at the beginning of references, names and their words, among what you may see, and in the names of acts and pages.
find-none-text = Looked for at the beginning of references, names and their words, in what was written of objects, all among what you may see, and in the names of acts and pages.
find-more = Only the first {$count} are shown. Type more letters.
find-found = { $objects ->
    [0] No object
    [one] One object
   *[other] { $objects } objects
} and { $ways ->
    [0] no act or page
    [one] one act or page
   *[other] { $ways } acts and pages
}.
find-ways = Acts and pages
find-act = Act
find-page = Page
today-decide = Yes or no to {$what}
today-judge = Judge {$what}
today-confirm = Confirm or dismiss {$what}
today-task = Look at {$what}
today-code-reader = Enter who read the code out: {$what}
today-duty = Ours to do: {$what}
today-empty-text = What waits for you shows up here: access to decide, evidence to judge, findings to confirm, duties of ours.
engagement-suspended = Suspended
rule-R-32 = An incident that touches us is told to us in time. Late or hidden notice counts by how late it was.
kind-access-request = access request
kind-account-list = list of accounts
kind-account = account
kind-activation = activation
kind-agreement = agreement
kind-calendar = calendar
kind-catalogue = catalogue
kind-certificate = certificate
kind-change = change
kind-conduit = path
kind-engagement = engagement
kind-finding = finding
kind-grant = grant
kind-hold = hold
kind-instance = system in one environment
kind-item = piece of evidence
kind-obligation = obligation
kind-organisation = organisation
kind-person = person
kind-provider = provider
kind-qualification = qualification
kind-request = request for evidence
kind-rulebook = rules
kind-session = session
kind-site = site
kind-system = system
kind-task = task
kind-zone = zone
