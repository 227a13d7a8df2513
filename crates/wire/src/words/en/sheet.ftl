kind-import = import
event-expect-import-taken = Sheet imported
event-expect-import-undone = Import undone
event-expect-provider-alias-given = Other spelling of the name recorded
event-expect-provider-alias-taken = Other spelling of the name removed
event-expect-provider-withdrawn = Provider withdrawn with its import
event-expect-agreement-withdrawn = Agreement withdrawn with its import
event-expect-system-withdrawn = System withdrawn with its import
event-expect-instance-withdrawn = System withdrawn with its import
event-expect-engagement-withdrawn = Engagement withdrawn with its import
event-qualify-person-withdrawn = Person withdrawn with their import
import-sheet = A sheet of our own: firms, people, systems and contracts together
importstate-taken = imported
importstate-undone = undone
sheetfield-provider = Firm
sheetfield-provider-reference = Number of the firm
sheetfield-country = Country
sheetfield-person = Person
sheetfield-handle = E-mail or sign-in name
sheetfield-site = Site
sheetfield-system = System (tag or number)
sheetfield-system-name = Name of the system
sheetfield-way = Way in
sheetfield-contract = Contract number
sheetfield-contract-name = Name of the contract
sheetfield-from = First day
sheetfield-until = Last day
sheet-title = What the columns are
sheet-lead = Guessed from their titles. Correct what is wrong; the next file with these titles is read the same way.
sheet-remembered = As in the last import of a file with these titles. Correct what is wrong.
sheet-column = Column
sheet-first = First rows
sheet-is = is
sheet-not-read = not read
sheet-header = Line of the titles
sheet-worksheet = Worksheet
sheet-defaults = What the sheet does not say
sheet-site = Site, where a row names none
sheet-country = Country of firms, where a row names none
sheet-country-hint = two letters
sheet-from = First day, where a row names none
sheet-until = Last day of access, where a row names none
sheet-down = An empty firm means the firm above
sheet-spellings = Likely the same firm
sheet-spellings-lead = Nothing is merged unless you say so. What you decide is kept as another spelling of the firm.
sheet-spelling-open = not decided yet
sheet-spelling-own = a firm of its own
sheet-spelling-same = the same as {$name}
sheet-show = Show the effects
sheet-would = What this sheet would do
sheet-would-none = Nothing new: all of it is in already.
sheet-opens = Opens
sheet-rows-more = { $count ->
    [one] One more row is not shown.
   *[other] {$count} more rows are not shown.
    }
sheet-apply = { $count ->
    [one] Import 1 row
   *[other] Import {$count} rows
    }
sheet-apply-means = All rows at once or none. You can undo it for 24 hours, as long as nothing was built on it. Scope comes in as a proposal that another person approves.
sheet-rejected = { $count ->
    [one] Get the rejected row as a file
   *[other] Get the {$count} rejected rows as a file
    }
sheet-rejected-means = The same file with only these rows and one column more that says why. Correct it and import it again: what is in already stays as it is.
sheet-reason = reason
sheet-of = { $count ->
    [one] 1 row
   *[other] {$count} rows
    }
sheet-note-differs = {$field}: ‘{$stands}’ stands, the sheet says ‘{$given}’. What stands is kept.
sheet-note-no-access = No access is agreed: no scope is proposed.
sheet-note-way = The way in is not one we know. It stays unknown, which counts as the strictest.
sheet-note-ways = The rows of this engagement say different ways in, or some say none. It stays unknown, which counts as the strictest.
sheet-note-days = Rows say different days for this system. Proposed is from {$from} to {$until}.
imports-title = Import {$reference}
imports-file = File
imports-by = Imported by
imports-taken = Rows taken
imports-left-out = Rows left out
imports-entries = Entries
imports-undo = Undo this import
imports-undo-until = Until {$at}, while nothing was built on it. What it opened is withdrawn; the record keeps it.
imports-undo-blocked = It cannot be undone: something stands on it.
imports-undone = Undone {$at}.
imports-late = The 24 hours are over. Correct what is wrong one by one.
done-import-undone = Import undone.
stop-import-undone = This import was undone already.
stop-import-late = The 24 hours to undo this import are over.
invalid-sheet-old = This is a workbook of the old kind (.xls). Save it as .xlsx or as CSV.
invalid-sheet-broken = This workbook cannot be read: {$said}. Open it and save it again as .xlsx.
invalid-sheet-password = This workbook is protected by a password. Save it without one.
invalid-sheet-parts = This workbook consists of {$has} parts, more than {$most}. Copy the sheet into a new workbook.
invalid-sheet-bomb = Unpacked, this workbook is larger than {$size}. Copy the sheet into a new workbook, without pictures.
invalid-sheet-columns = This row has {$has} columns, more than {$most}. Remove what is not needed.
invalid-sheet-merged = This sheet has more than {$most} merged cells. Copy its values into a new sheet.
invalid-sheet-text = All cells of this sheet together hold more than {$size} of text. Divide it into smaller ones.
invalid-sheet-overlap = Merged cells of this sheet lie over each other. Open it and save it again as .xlsx.
invalid-sheet-none = There is no worksheet ‘{$name}’. There are: {$known}.
invalid-sheet-header = There is no such line. Name the line in which the titles stand.
invalid-sheet-no-rows = There are no rows below the titles. Check in which line the titles stand.
invalid-sheet-day = ‘{$given}’ is no day. Write it as 2026-12-31.
invalid-sheet-day-either = ‘{$given}’ can be two days. Write it as 2026-12-31.
invalid-sheet-day-century = ‘{$given}’ has a year of two digits that can be of two centuries. Write it as 2026-12-31.
invalid-export-book = Excel cannot hold this list: {$said}. Take it as CSV.
invalid-sheet-not-written = The file cannot be written: {$said}. Save your sheet as CSV and import that.
invalid-sheet-no-provider = The row names no firm. Name it, or say above that an empty firm means the one above.
invalid-sheet-no-site = The row names a system and no site. Name it in the row, or above for all rows.
invalid-sheet-no-country = The country of this firm is not known. Name it in the row, or above for all rows.
invalid-sheet-no-from = The first day is not known. Name it in the row, or above for all rows.
invalid-sheet-no-until = The last day of this access is not known. Name it in the row, or above for all rows.
invalid-sheet-firms = The sheet names {$has} different firms, more than {$most}. Divide it into smaller ones.
invalid-sheet-spelling = ‘{$name}’ is likely the same firm as: {$like}. Decide above whether it is.
invalid-sheet-handle-twice = Line {$line} gives this sign-in name to {$name}. Correct one of them.
invalid-sheet-days-apart = Line {$line} says days of the same system, and some days between them are said by no row. Correct one of them.
invalid-sheet-twice = ‘{$title}’ cannot be {$field} too: another column is already. Choose one of them.
invalid-sheet-provider-column = Say which column names the firm.
invalid-undo-changed = The {$kind} {$name} was changed since. An import is undone only while nothing was built on it.
invalid-undo-built = The {$bykind} {$by} stands on the {$kind} {$name}. An import is undone only while nothing was built on it.
invalid-undo-unseen = { $count ->
    [one] Something at a site that you do not see stands on it. Ask somebody who sees all sites.
   *[other] {$count} things at sites that you do not see stand on it. Ask somebody who sees all sites.
    }
invalid-undo-more = { $count ->
    [one] One more thing stands in the way.
   *[other] {$count} more things stand in the way.
    }
fld-aliases = Other spellings
fld-columns = Columns
fld-entries = Entries
fld-left-out = Rows left out
fld-shape = Digest of the titles
fld-taken = Rows taken
fld-undone = Undone
