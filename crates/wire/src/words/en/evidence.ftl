evidence-queue-count = { $count ->
    [one] 1 waits for a judgement
   *[other] {$count} wait for a judgement
    }, oldest first
evidence-queue-empty = Nothing waits for a judgement
evidence-queue-empty-text = Items appear here the moment a provider sends them.
evidence-start = Start with the oldest
review-judge = Judge
review-place = {$n} of {$total}, oldest first
review-skip = Skip
review-proves = Proves
review-asked = Asked
review-item = The item
review-original = Original file
review-rows = Rows of the item
review-file-only = We cannot show this kind of file. Download the original.
review-ours = Beside our own records
review-criteria = Criteria
review-you = you
review-machine = machine
review-need = must
review-if = If you choose {$grade}:
review-note = Note to {$name}
review-note-hint = they read it; needed to return
review-go = Record and next
review-means = Recorded under the name {$name}. The file itself stays as it was sent.
met-met = Met
met-part = Met in part
met-not-met = Not met
met-cannot-judge = Cannot be judged
met-ours-missing = Our own record is missing
met-not-applicable = Does not apply
