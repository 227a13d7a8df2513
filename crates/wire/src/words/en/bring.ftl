bring-title = Bring a recording
bring-lead = A jump host or another gateway recorded this session, and you have its file. It is sealed while it comes in, read before it is kept, and marked as brought from elsewhere. It is kept, opened and deleted as our own recordings are.
bring-file = The recording
bring-file-hint = asciicast version 1, 2 or 3, up to { $limit }
bring-source = Which machine made it
bring-source-hint = its name and what it is, such as: jump host of hall 3, job 4711
bring-gaps = Lines that cannot be read may be left out; the recording then says how many are missing.
bring-typed = What somebody typed may be in it, passwords too: an agreement about this site allows it.
bring-go = Bring it
bring-brought = Brought from elsewhere on {$at}: nobody here saw it being made. Made by: {$source} (asciicast { $version }).
bring-gaps-here = {$count ->
    [one] 1 line of the file that was brought cannot be read: there is a gap.
   *[other] {$count} lines of the file that was brought cannot be read: there are gaps.
}
bring-typed-here = {$count ->
    [one] The file has 1 entry of what somebody typed. It is not shown here.
   *[other] The file has {$count} entries of what somebody typed. They are not shown here.
}
keep-brought-until = Kept until {$at}: {$days} days after the session ended or the first one was brought, whichever is later; then deleted
recordings-brought = brought from elsewhere
recordings-days-brought = {$count ->
    [one] 1 day after it was brought or the session ended
   *[other] {$count} days after it was brought or the session ended
}
done-recording-brought = Recording kept. It is marked as brought from elsewhere.
done-recording-same = This file is here already. Nothing was changed.
event-witness-session-brought = Recording brought from elsewhere
fld-brought = Brought from elsewhere
fld-format = Version of the format
fld-seconds = Seconds
refuse-bring-oneself = Nobody brings the recording of their own session. Ask somebody of the area.
refuse-bring-gated = Our own gateway recorded this session. What another machine recorded of it would stand beside that as if it were the same; attach it to a finding as evidence.
refuse-bring-over = The time of the recordings of this session is over, and they are about to be deleted; one that came now would go with them. Whoever has a reason keeps them first.
refuse-bring-deleted = The recordings of this session were deleted when their time was over; none is brought any more.
refuse-bring-many = This session has as many recordings as one can have. Bring those of one session as fewer files.
invalid-query-recording = Name the session in the address: ?session=SES-0107, &gaps=true where lines may be missing, and &typed=true where an agreement allows what was typed.
invalid-recording-ticket = This is not what the upload of a recording of this session answered. Upload the file first: POST /api/v1/recordings?session=…, and send the field “recording” of its answer.
invalid-recording-meanwhile = Somebody else brought the first recording of this session meanwhile. Upload the file once more.
invalid-recording-waiting = Recordings that you uploaded and brought to no session fill {$mib} MiB. Bring them, or wait a day: what no session takes is removed then.
invalid-recording-gone = The file that was uploaded is not here any more: it waited too long for its session. Upload it once more.
invalid-recording-erased = The key of the recordings of this session was erased, so none is added to them.
invalid-recording-header = This is no asciicast: it does not begin with the header of one. Export the recording as asciicast, version 1, 2 or 3.
invalid-recording-version = This is an asciicast of a version that is not known here. Convert it to version 2 or 3.
invalid-recording-size = The header names no size of a terminal, in columns and rows. Export the recording anew.
invalid-recording-large = In version 1 a recording is one value, and this one is larger than {$mib} MiB. Convert it to version 2 or 3.
invalid-recording-nothing = Behind its beginning nothing can be read. Export the recording anew.
invalid-recording-typed = {$count ->
    [one] The file holds one entry of what somebody typed, and this is it. What is typed is kept of nobody here: passwords are in it. Take these entries out (code “i”) and record without input from now on.
   *[other] The file holds {$count} entries of what somebody typed, and this is the first. What is typed is kept of nobody here: passwords are in it. Take these entries out (code “i”) and record without input from now on.
}
invalid-recording-agreement = Take them out, or say that an agreement allows it.
invalid-recording-long = The line is longer than {$kib} KiB. No terminal shows that much at once.
invalid-recording-gaps = {$count ->
    [one] 1 line cannot be read. Bring the file whole, or say that lines may be left out: it is then kept with a gap that everybody sees.
   *[other] {$count} lines cannot be read. Bring the file whole, or say that lines may be left out: it is then kept with gaps that everybody sees.
}
invalid-recording-json = This is no JSON, as of a file that was cut off. Export the recording anew.
invalid-recording-shape = This is no list of a time, a code and a text. Export the recording anew.
invalid-recording-time = The time is none, lies before the beginning, or is too late. Export the recording anew.
invalid-recording-code = The code is no text of one sign. Export the recording anew.
invalid-recording-data = The data is no text, or no size such as 80x24 where one belongs. Export the recording anew.
invalid-recording-text = This is no text in UTF-8. Export the recording anew; a packed file is unpacked first.
