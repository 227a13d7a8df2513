gateway-title = Plantgate: before you go in
gateway-notice = You are about to enter a system of a running plant, under grant { $grant }, until { $until }.
    What the terminal shows is recorded and kept for { $days } days, longer only where the site writes down why; what you type is not.
    The size and the digest of files and of everything else that goes by are kept; of what your own tools open, the size. A person of the site may watch.
    When the time is over nothing new can be opened. What runs goes on to its safe end.
gateway-notice-emergency = You are about to enter { $system }, a system of a running plant, in an emergency, for { $minutes } minutes.
    What the terminal shows is recorded and kept for { $days } days, longer only where the site writes down why; what you type is not.
    The size and the digest of files and of everything else that goes by are kept; of what your own tools open, the size. A person of the site is beside you.
    When the time is over nothing new can be opened. What runs goes on to its safe end.
gateway-read = I have read this, type yes:
gateway-yes = yes
gateway-code = Code of your authenticator app:
gateway-code-wrong = The code was not right or was used before, or the notice was not confirmed.
gateway-no-code = Here you prove who you are with a code of an authenticator app, and your account has none. Set a password with an app on your account page, or ask an administrator of the site.
gateway-not-now = Not now, and this is why
gateway-not-yours = This grant, this key and this person do not belong together any more. Ask who asked for the grant.
gateway-core-away = Plantgate cannot decide at the moment, so it lets nobody in. Try again in a minute; in an emergency call the shift lead.
gateway-not-recorded = What happens here could not be recorded, so nothing begins. The shift lead can tell when it works again.
gateway-held = Somebody of the site must be beside you. Nothing begins until they have said so; this line opens by itself then.
gateway-early = Too much came before the session began. Begin again when somebody of the site is beside you.
gateway-closed-before = The permission ended before anything began. Ask for a new one.
gateway-soon = { $minutes ->
    [one] One minute is left of the window.
   *[other] { $minutes } minutes are left of the window.
 } Bring what runs to a safe end, or ask the site for more time.
gateway-closing-window = The window is over. Nothing new can be opened. Bring what runs to a safe end, say so to the site, and leave.
gateway-closing-hold = The site stopped new work. Nothing new can be opened. Bring what runs to a safe end, say so to the site, and leave.
gateway-closing-revoked = The permission was taken back. Nothing new can be opened. Bring what runs to a safe end, say so to the site, and leave.
gateway-closing-recorder = This can no longer be recorded whole. Nothing new can be opened. Bring what runs to a safe end and call the site.
gateway-closing-core = Plantgate does not answer. Nothing new can be opened. What runs goes on; call the site.
gateway-closed-window = The window is over, and this work was agreed to end with it.
gateway-closed-hold = The site stopped this work.
gateway-closed-revoked = The permission was taken back, and this work was agreed to end with it.
gateway-cut = The site ended this session. To come back you need a new approval.
gateway-safe = The site says that the end is safe. The session is closed.
gateway-target-away = { $name } could not be reached. Ask the site whether it runs.
gateway-target-other-key = { $name } shows another key than the one that was pinned, so nothing was sent to it. OT security of the site must look at this first.
gateway-target-refused = { $name } does not take the login secret that lies in the vault for it. It is not tried again: OT security of the site must look at it first.
gateway-target-since = What the gateway goes on to { $name } with was put there after you came in. Come in again.
gateway-target-closed = { $name } does not let the gateway in. The site must trust the gateway's key there.
gateway-files-no-in = This grant lets no files in and changes none. Ask for the right to transfer in.
gateway-files-no-out = This grant lets no files out. Ask for the right to collect files.
gateway-files-closing = No new transfer begins now. What runs goes on; ask the site for more time or for a new grant.
gateway-files-unknown = The gateway does not know this request of SFTP, so it passes none on.
gateway-files-many = Too much is open or on its way at once. Close something and try again.
gateway-files-none = This system offers no SFTP. Ask the site whether files come in another way.
gateway-files-broken = What came was no SFTP, so nothing more was let by. Try again; if it comes again, call the site.
gateway-forward-elsewhere = The gateway leads to the granted system alone, by the name or address that the site pinned.
gateway-forward-port = This port is not one that the site opened for this grant. Ask OT security of the site.
gateway-forward-not-now = Nothing new can be opened now: somebody of the site must be beside you, or the permission is ending, or too much is open.
gateway-forward-address = The name of this system leads to an address that is never one of a system, so nothing was connected. Call OT security of the site.
gateway-forward-away = Nothing answers at this port of the system. Ask the site whether it runs.
gateway-no-room = The disk of this gateway has no room to record what you would do, so it lets nobody in. What runs already goes on. Whoever keeps the machine makes room; in an emergency call the shift lead of the site.
gateway-far-away = This gateway does not reach Plantgate, which decides who comes in, so it lets nobody in. What runs already goes on. Try again in a minute; in an emergency call the shift lead of the site.
gateway-listens = The gateway listens on { $address }. Its own key is { $fingerprint }.
gateway-key-host = The gateway's own key, for the known_hosts of those who come:
gateway-key-authority = The key that signs its certificates, for TrustedUserCAKeys of the systems:
gateway-lodge-listens = Gateways that stand alone ask at { $address }.
invalid-gateway-file = { $file } cannot be used: { $said }. Correct it, or the file that names it; OT security of the plant knows which certificates there are.
actor-gateway = the gateway, which saw it
actor-retention = the rules of retention, which delete what is due
gateway-closing-measure = A measure that made up for a limit of this system is not in force. Nothing new can be opened. Bring what runs to a safe end, say so to the site, and leave.
gateway-alone = This gateway does not reach Plantgate. Work that was approved before can begin all the same, while somebody of the site is beside you: they open the sealed sheet of codes and read one out. It is good once. What you do is recorded, and is told to Plantgate when it is back.
gateway-alone-emergency = This gateway does not reach Plantgate, and nothing that was approved for you is named. In an emergency somebody of the site who may decide that can let you in: they stand beside you, open the sheet of codes for emergencies and read one out. It is good once. If this is no emergency, go away again: work that was approved has its own reference. What you do is recorded and reviewed afterwards by people of the site.
gateway-alone-emergency-code = Code of the sheet for emergencies at the site:
gateway-alone-emergency-wrong = The code is none of the sheet for emergencies of your company here, or was used before, or the notice was not confirmed.
gateway-alone-code = Code of the sheet at the site:
gateway-alone-wrong = The code is none of the sheet for this grant, or was used before, or the notice was not confirmed.
gateway-alone-window = What was approved for you is not open now, as far as this gateway knows, and it cannot ask. The code is used up: cross it out. Come back when the work begins, with another one; in an emergency call the shift lead of the site.
gateway-alone-used = That code was used meanwhile. Connect again and have another one read out.
gateway-alone-way = This gateway has no way to the system for when it cannot ask Plantgate. The code is used up: cross it out. Call the shift lead of the site: they go by the site's procedure.
gateway-alone-back = Plantgate can be asked again, so no code of the sheet is needed, and yours is used up by having been typed: cross it out. Connect again and give the code of your authenticator app.
gateway-far-emergencies = This gateway does not reach Plantgate, which decides who comes in. What runs already goes on. Who has work approved for now can begin with a code that somebody of the site reads out beside them. In an emergency call the shift lead of the site, who may have a sheet for that: then log in with the name of the system in place of the grant. Everybody else waits.
gateway-alone-no-way = This gateway has no way to the system for when it cannot ask Plantgate. No code is needed for that: have none read out. Call the shift lead of the site: they go by the site's procedure.
gateway-alone-not-now = As far as this gateway knows nothing can begin for you here now, and it cannot ask Plantgate. No code is needed for that: have none read out. Come back when the work begins; in an emergency call the shift lead of the site.
gateway-far-alone = This gateway does not reach Plantgate, which decides who comes in. What runs already goes on. Who has work approved for now can begin with a code that somebody of the site reads out beside them; everybody else waits, and in an emergency calls the shift lead of the site.
invalid-gateway-signed-by = signed_by is no public key of SSH. Put the line there that `plantgate gateway --authority` prints at the core, or leave it out: then nothing begins at this gateway while it cannot ask.
