nav-packs = Audit packs
col-pack = Pack
done-pack-made = Audit pack made and recorded. Its file waits for you below.
packs-lead = A pack is a part of the record for somebody outside, in one file that proves itself without Plantgate. What left the house, when and why stands here; the files are not kept.
packs-make = Make an audit pack
packs-none = No pack was made yet
packs-none-text = Whoever makes one chooses providers, engagements, sites or days, sees what would be inside, and gets one file.
packs-more = { $count } older packs are in the files of this list.
packs-covers = Covers
packs-holds = Holds
packs-purpose = For whom and what for
packs-by = Made by
packs-is-selection = Selection at { $size } entries
packs-is-range = Entries { $from } to { $last } without a gap, at { $size } entries
packs-may-not = You cannot make packs: it takes a function of yours that the rules give this power.
packs-who-may = Functions that have it: { $roles }.
packs-ask = You could ask { $people }.
packs-new-lead = Name what should be in it. With nothing named and no days, the pack holds everything you see from the first entry on. What you may not see stays out.
packs-wish = What should be in it
packs-several = references, several with commas between them
packs-engagement = Engagement with everything about it
packs-object-hint = kind/reference, such as finding/F-0231; several with commas
packs-site-hint = everything that its people see because of it
packs-range = Days without a gap
packs-range-hint = With days the pack proves that nothing between them is missing. Days begin at midnight, { $zone }.
packs-since = From the beginning of
packs-before = Up to the beginning of
packs-disclose = Private values that go along
packs-disclose-hint = the others are in the pack as commitments only
packs-open-nothing = none
packs-open-names = names of people and files
packs-open-everything = names and what people wrote
packs-evidence = Take the evidence files along
packs-language = Language of the report
packs-look = Show what would be inside
packs-nothing-yet = Nothing is made and nothing is recorded yet.
packs-outline = What the pack would be
packs-inside = Inside
packs-outside = Stays out
packs-head = Proven against the signed head at { $size } entries; when something is recorded meanwhile, against a later one.
packs-views = A report for the screen, one on paper (PDF), a note how to check it, and the program that checks it.
packs-out-unseen = Objects that you may not see.
packs-out-private =
    { $count ->
        [one] One private value: its commitment is inside, not the value.
       *[other] { $count } private values: their commitments are inside, not the values.
    }
packs-out-evidence =
    { $count ->
        [one] One evidence file: its digest is inside, not the file.
       *[other] { $count } evidence files: their digests are inside, not the files.
    }
packs-out-erased = Everything that was erased.
packs-entry-first = That it was made, by whom, of what and why becomes an entry before you get the file. What has left cannot be called back.
packs-make-now = Make it and record it
packs-making = The pack is being made
packs-step-taking = Taking entries, proofs and files out of the record
packs-step-setting = Setting the reports
packs-step-sealing = Signing it, and checking it as a stranger would
packs-step-recording = Recording that it was made
packs-is-done = done
packs-is-now = under way
packs-is-open = not begun or not finished
packs-counting-files =
    { $total ->
        [one] Taking { $done } of one file
       *[other] Taking { $done } of { $total } files
    }
packs-counting-entries =
    { $total ->
        [one] Reading { $done } of one entry
       *[other] Reading { $done } of { $total } entries
    }
packs-counting-objects =
    { $total ->
        [one] Reading what is recorded of { $done } of one object
       *[other] Reading what is recorded of { $done } of { $total } objects
    }
packs-elsewhere = Another server is at it, or this one was before it started anew. If nobody is heard of for a quarter of a minute, this page says so. The file waits at the server that makes it.
packs-interrupted = The pack was interrupted
packs-interrupted-text = It was begun { $at } and came to this step: { $step }. Nobody has worked at it since, because the server that did was stopped, or lost its database or its evidence store.
packs-interrupted-none = Nothing was recorded and nothing left the house.
packs-interrupted-recorded = That it was made is recorded already; its file is gone. Made now, it is the same file or none, and there is no second entry:
packs-resume-means = When you make it now, it begins again from the start with what you ordered. Whether you may is asked again, and for a code when your last proof is older than ten minutes: that is why it did not go on by itself.
packs-resume = Make it now
packs-discard = Discard
packs-discard-means = Discarding removes the order and nothing else. An order that nobody takes up is removed after a day.
packs-orders = Ordered by you and not made yet
packs-order = Pack begun { $at }
packs-order-running = under way
packs-order-interrupted = interrupted
packs-leave = You can leave this page; the pack stands in the list when it is done.
packs-cancel = Stop
packs-cancel-means = It stops before the next step. Until it is recorded, nothing of it remains.
packs-cancelled = Stopped. Nothing was recorded and nothing left the house.
packs-broke = The pack was not made: { $what }. Nothing was recorded.
packs-waits = The file waits for you here once. Whoever makes another pack, or waits until the server starts anew, makes this one again from its entry.
packs-take = Take the file
packs-check = The reader compares your log key by another way than the file. How to check it stands inside.
packs-again = Make the same one again
packs-again-text = From the same signed head with the same wish come the same bytes; it leaves only if it has the digest above. What was erased since, what you may not see or another release of the software give other bytes: then nothing is made. A second copy is an entry of its own.
packs-again-not = Its entry does not say enough to make it again: it is older than that.
pack-everything-of-engagement = everything about engagement { $name }
pack-everything-at-site = everything at site { $name }
