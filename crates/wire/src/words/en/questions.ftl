event-expect-tier-answered = Five tier questions answered
questions-title = Five tier questions
questions-lead = For each engagement five questions in plain words. The answers give the tier, and with it what is asked of the provider. Two minutes each; nothing has to be looked up first.
questions-progress = {$done} of {$all} answered
questions-progress-unknown = { $count ->
    [one] Of these one with “don't know” where the tier needs to know.
   *[other] Of these {$count} with “don't know” where the tier needs to know.
 }
questions-next = Next without answers
questions-skip = Skip to the next
questions-none = No engagement to ask about
questions-none-text = An engagement that has not ended at a site where you may state tier facts shows up here.
questions-no-site = no site yet
questions-site-hint = The answers are for this engagement at this site.
questions-preview = Show the tier
questions-save = Save the answers
questions-would = These answers give
questions-stands = Now:
questions-stands-none = Now: not known
questions-same = No obligation comes or goes.
questions-gates = Until the open questions are settled, new access is judged as T1 and no due dates start for the provider.
questions-open = { $count ->
    [one] One question is open
   *[other] {$count} questions are open
 }
questions-open-none = Nothing that the tier needs is unknown.
questions-open-task = It becomes a task under Today for whoever may answer it.
questions-unknown-is-an-answer = “Don't know” is an answer. It never makes a tier lower: until somebody knows, new access is judged as T1.
questions-may-not = Only people who may state tier facts at this site answer these questions.
questions-last = Last answered by {$name}, {$at}.
questions-after-import = Next: five tier questions per engagement
question-access = Do its people or devices get in?
questionhint-access = Over a network, or on site with a laptop, a stick or a measuring device that is connected to something.
question-change = Could they change something there?
questionhint-change = Programs, settings, set points, data or users, not only look. What they could do counts, not what they mean to do.
question-safety = Could it reach something that protects people or the environment?
questionhint-safety = Emergency stop, safety controller, fire and gas, pressure relief, interlocks.
question-product = What could it do to the product, a batch record or data for an authority?
questionhint-product = Directly: it makes, tests or records the product, or keeps data an authority relies on. Indirectly: it supplies something the product depends on, such as clean air, water or cooling.
question-network = Could it reach the network others depend on?
questionhint-network = Core switches, firewalls, domain servers, remote access, virtual hosts.
qanswer-yes = Yes
qanswer-no = No
qanswer-unknown = Don't know
qanswer-direct = Directly
qanswer-indirect = Indirectly
qanswer-none = Nothing
asked-open = not answered
asked-unknown = “don't know” is open
asked-told = answered
tier-as-answered = as answered
tier-answered-unknown = answered: don't know
today-questions = Somebody has to know: {$what}
done-questions-answered = The answers are saved. The tier follows from them.
invalid-question-open = Choose an answer; “don't know” is one.
invalid-answers-contradict = Nobody gets in and something is changed: one of the two is not so. Correct either the first or this answer.
fld-answers = Answers to the tier questions
fld-access = Gets in
fld-safety = Reaches what protects
fld-network = Reaches the core network
