event-expect-people-asked = Contact asked who still needs access
event-expect-people-answered = Contact answered by link about its people
event-expect-people-confirmed = Contact confirmed its people by link
event-expect-people-ask-closed = Link taken back or points settled
peopleask-title = Have a contact confirm its people
peopleask-lead = { $count ->
    [one] A contact of the provider gets a link. It opens a page without an account that lists the one person of theirs who is known here and asks: still with you and needs access, left, or don't know.
   *[other] A contact of the provider gets a link. It opens a page without an account that lists the {$count} people of theirs who are known here and asks of each: still with you and needs access, left, or don't know.
 }
peopleask-nobody = Nobody of this provider is known here yet. Invite its contact first.
peopleask-replaces = A link is open already. A new one takes its place; the old one then says so.
peopleask-contact = Contact
peopleask-contact-hint = Whose answer it will be. Contacts of the provider stand first.
peopleask-days = Days the link opens
peopleask-days-hint = At most {$most}.
peopleask-go = Make a link
peopleask-again = Ask again
peopleask-no-mail = Plantgate sends no mail: you send the text from your own mail program.
peopleask-made = The link is made
peopleask-once = This link is shown once. Only its hash is kept; if it is lost, make a new one.
peopleask-for = For {$name}. It opens once, until {$until}.
peopleask-strength = Whoever has the link can answer. The answer is kept as given by link, not by somebody who signed in: a weak proof, good enough to close access, never to open any.
peopleask-text = Text of the mail
peopleask-mailto = Open in my mail program
peopleask-follow = See what comes back
peopleask-one = People confirmed by a contact
peopleask-by = Asked by
peopleask-answered = Answered by the link
peopleask-until = Link opens until
peopleask-remind = A task from
peopleask-said = The contact says
peopleask-last-day = last day {$day}
peopleask-missing = Somebody is missing
peopleask-left-means = Who left was noted as a leaver: new access rests from the end of the last day, running work is brought to its safe end. A lateness told by link alone is kept and does not count against the provider.
peopleask-revoke = Take the link back
peopleask-settle = What was open is settled
peopleask-none = Nobody was asked by link yet.
askstate-open = waits for an answer
askstate-expired = no answer came
askstate-replaced = replaced by a later link
askstate-revoked = taken back
askstate-points = answered, points are open
askstate-answered = answered
peoplesays-here = Still with us and needs access
peoplesays-left = Left
peoplesays-unknown = Don't know
peoplemailin-en = Mail in English
peoplemailin-de = Mail in German
peoplemail-subject = {$org}: who of {$provider} still needs access?
peoplemail-body = Dear {$name},

    please tell us who of {$provider} still works for you and needs access to our plants. The page behind this link takes a few minutes and needs no account:

    {$link}

    The link works once, until {$until}. Whoever has it can answer, so please do not pass it on.

    {$asker}
    {$org}
bylink-title = Who of {$provider} still needs access?
bylink-lead = {$name}, {$org} asks you to go through this list once. It names only people of your company.
bylink-day = Last day
bylink-day-hint = Only for who left or is leaving.
bylink-empty = Nobody of your company is known here. If somebody should be, write it below.
bylink-missing = Somebody is missing?
bylink-missing-hint = Who works for us and is not on the list. They are not added by this; we will ask you.
bylink-means = For who left, new access rests from the end of the last day; work that is running is brought to a safe end first. Why somebody left is not asked.
bylink-go = Confirm the list
bylink-strength = The answer is kept as given by {$name} by this link, without a sign-in. It can be given once.
bylink-whom = Questions: {$name}.
bylink-whom-unknown = Ask whoever sent you the link.
bylink-until = The link opens until {$at}.
bylink-answered = Answered for {$provider} on {$at}. This page can be read, and nothing can be changed by it.
bylink-wait = Too many links that were none were tried: wait {$seconds} seconds.
linkstate-used = Thank you, this list was confirmed
linkstate-expired = This link is too old
linkstate-replaced = There is a newer link
linkstate-revoked = This link was taken back
linkstate-unknown = This link opens nothing
linkstate-wait = Not now
linkmeans-used = This is what was said. If something in it is wrong, tell it to the person below.
linkmeans-expired = Its time is over and nothing was confirmed. The person below can send you a new one.
linkmeans-replaced = You were sent a later link; use that one. If you do not have it, the person below can send it again.
linkmeans-revoked = Whoever asked does not need the answer any more. Nothing was confirmed.
linkmeans-unknown = Perhaps the mail program cut it in two: copy all of it. A link from long ago is not known any more either.
linkmeans-wait = This link opens nothing at the moment.
stop-link-not-theirs = This link is for another person of the provider.
stop-link-expired = This link is too old.
stop-link-replaced = There is a newer link.
stop-link-revoked = This link was taken back.
stop-link-used = This link was used already.
stop-link-closed = There is nothing left to take back or to settle.
invalid-contact-not-theirs = This person does not work for the provider. Choose one of its people.
invalid-secret-hash = This is no SHA-256: write 64 hexadecimal digits in small letters.
invalid-link-days = Write a number of days from 1 to {$most}.
invalid-left-no-day = Write the last day.
invalid-left-day = This day is more than a year ahead or ten years ago. Write the last day.
invalid-person-not-answered = Choose an answer; “don't know” is one.
invalid-rules-people-days = {$days} days for links to contacts are outside 1 to 60. Write a number within.
done-people-ask-closed = It is closed.
today-people-ask = People list not confirmed or points open: {$what}
fld-asks = Contacts asked
fld-ask = Ask
fld-contact = Contact
fld-secret-sha256 = Hash of the link
fld-remind-at = Task from
fld-left-on = Last day
fld-replaced = Replaced by a later link
