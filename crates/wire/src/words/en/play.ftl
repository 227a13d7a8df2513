partkind-terminal = terminal
partkind-log = log
play-recordings = Recordings
play-watch = Watch it now
play-size = Size
play-kib = {$count} KiB
play-no-gap = none
play-title = {$session}, { $kind }, part { $number } of { $all }
play-title-live = {$session}, as it runs
play-open-until = open to you until {$at}
play-notes = What is missing or not shown
play-ask = A recording shows people at work. Say what you look for: your name, the time and your words stand in the record, and the recording is open to you for an hour.
play-purpose-hint = such as: check which parameters were changed, change CHG-0409
play-open = Open
play-back = To the session
play-refresh = Look again
play-nothing = Nothing to see
play-none = The gateway recorded nothing of this kind in this session.
play-ended = The session ended meanwhile. Its recordings are on its page.
play-erased = The key of this recording was erased. Nobody can read it any more; the entry with its size and digest stays.
play-changed = This recording was changed after it was made, so nothing of it is shown. The record keeps the digest of what was recorded; the file that lies here is another one. Tell whoever keeps the machine, and OT security.
play-away = The file of this recording cannot be read here. Whether it was changed cannot be told. Whoever keeps the machine finds out where evidence lies.
play-live-unknown = What happens in this session cannot be determined from here: no terminal is being recorded at this gateway, or its file cannot be read. That does not mean that nothing happens.
play-unread-all = This part opens with its key, and it is no recording of a terminal that can be read here.
play-gaps = {$count ->
    [one] 1 line could not be recorded: there is a gap, and where it is is not known.
   *[other] {$count} lines could not be recorded: there are gaps, and where they are is not known.
}
play-cut = It ends in the middle: the machine that recorded it stopped there.
play-more = It is longer than {$size}; what is behind that is not shown here.
play-unread = {$count ->
    [one] 1 line could not be read and is left out: {$lines}.
   *[other] {$count} lines could not be read and are left out, the first of them: {$lines}.
}
play-stopped = To show all of it would take too much work, so it stops before its end. Go to an earlier time.
play-wide = The terminal was larger than {$columns} columns and {$rows} rows; so much of it is drawn.
play-at = {$time} of {$length}
play-screen = Screen at {$time}
play-screen-size = {$columns} columns, {$rows} rows
play-go = Ways through the recording
play-first = First change
play-change-before = Change before
play-back-10 = 10 s back
play-on-10 = 10 s on
play-change-next = Next change
play-last = Last change
play-others = Also recorded now:
play-terminal = Terminal {$number}
play-seek = Go to
play-seek-hint = seconds, or 1:23:45
play-seek-go = Go there
play-find = Find on the screen
play-find-hint = capitals or not
play-find-go = Find
play-hits = {$count ->
    [0] Found nowhere
    [one] Found once
   *[other] Found {$count} times
}
play-hits-more = There are more; look for something rarer.
play-marks = What the gateway said
play-lines = As text
play-lines-text = All that was shown, line by line, with the time at which each left the screen or the recording ended. What a program drew that takes the whole screen stands on the screen alone.
play-lines-show = Show as text
play-lines-more = There is more than can be shown as text.
play-time = Time
play-line = Line
play-page-before = Lines before
play-page-after = Lines after
play-log-rows = Lines {$first} to {$last} of {$total}
play-what = What
play-command = Command or reason
play-bytes = Bytes
play-out-in = {$out} out, {$in} in
play-status = exit status {$status}
play-said = What came out
play-said-show = show
play-log-unread = cannot be read
play-log-begun = session began
play-log-shell = shell
play-log-exec = command
play-log-refused = refused
play-log-not-reached = system not reached
play-log-closing = nothing new begins
play-log-closed = command or shell ended
play-log-ended = session ended
play-log-sftp = files
play-log-file = file
play-log-forward = forward
play-log-broken = broken off
play-way-in = came in
play-way-out = went out
play-way-both = in and out
play-seconds = {$count ->
    [one] 1 second
   *[other] {$count} seconds
}
play-answer = the system answered {$status}
deed-view-recording = Open a recording
means-view-recording = You say what you look for; the record keeps it with your name and the time. Without a part you watch the session as it runs.
event-witness-session-viewed = Recording opened
fld-part = Part
fld-views = Opened by
refuse-view-oneself = Nobody opens the recording of their own session here. Ask somebody of the area.
refuse-view-none = The gateway recorded nothing of this kind in this session. Its page lists what there is.
refuse-view-ended = The session ended. Open one of its parts.
