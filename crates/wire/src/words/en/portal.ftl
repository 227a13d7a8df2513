owe-title = What {$name} owes
owe-nothing = Nothing owed
owe-nothing-text = The next thing appears here with its due date when it is asked.
owe-late = Late
owe-soon = Next 30 days
owe-waiting = With {$org}, nothing to do for you
owe-accepted = { $count ->
    [one] 1 item accepted
   *[other] {$count} items accepted
    } in the last 90 days.
owe-yours = Your answers stay yours: nobody at {$org} can change them after you send.
my-lacking = Before you may come in
my-windows = Your windows
my-no-window = No window
my-no-window-text = When a request of yours is granted, its window appears here.
my-attendant = With {$name}.
my-left = left
my-requests = Your requests
my-no-request = No request yet
my-no-request-text = The first one takes a few minutes; after that one click repeats it.
my-repeat = Repeat the last request
my-again = Again
upload-returned = Returned to you
upload-file = File
upload-file-hint = at most {$limit}
upload-from = Covers from
upload-until = Covers until
upload-signed = I, {$name}, sign for it as a contact
upload-note-hint = the reviewer reads it
upload-go = Send to {$org}
upload-means = After sending nobody can change it, you neither; a correction is a new version.
upload-needs = What it must show
upload-want = wanted, no must
