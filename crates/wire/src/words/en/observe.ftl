admin-would = Would have refused
would-title = Would have refused
would-lead = What checks that only observe or warn would have refused since {$day}, out of the decisions as they were recorded. A request counts once for each check.
would-cut = There are more decisions than are looked at here: these are the newest {$most}.
would-none = Nothing would have been refused
would-none-text = No check in observation or warning failed for a request of the last 30 days.
would-by-check = By check and site
would-now = Holds now
would-count = Would have refused
would-of = {$would} of {$of}
would-requests = The requests
would-checks = Checks that let it pass
would-came = What came of it
would-any-check = every check
modes-from = From
modes-from-hint = first instant of this day, {$zone}; empty: at once
modes-reason = Why
modes-look = Show whom it touches
touched-title = Whom this would touch
touched-says = {$site}: {$mode} from {$from}
touched-providers = Providers
touched-people = People
touched-requests = Open requests
touched-grants = Grants
touched-coming = Windows that begin after it
touched-running = { $count ->
    [0] No session runs there now.
    [one] 1 session runs there now. It goes on: a mode ends no session.
   *[other] {$count} sessions run there now. They go on: a mode ends no session.
    }
touched-open = Open requests and grants, judged as they would be then
touched-none = { $count ->
    [0] Nothing is open there.
   *[other] None of the {$count} that are open would be judged differently.
    }
touched-judged = {$count} are open and were judged again; those that would be judged differently are here.
touched-cut = More are open than were judged.
touched-then = Then
touched-after = begins after the change
touched-past = Requests of the last 30 days that these checks would have refused
touched-past-none = None.
touched-past-count = { $count ->
    [one] 1 request
   *[other] {$count} requests
    }
touched-past-all = All of them
touched-means = From that instant the checks hold so. What is decided stays decided, and running work goes to its agreed end.
touched-back = Change it
turn-stopped = would not be let in
turn-warned = would be warned
turn-released = would be let in
invalid-mode-twice = Say either an instant or a day.
