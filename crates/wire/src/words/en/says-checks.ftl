check-named-person = Named person
check-no-hold = No hold
check-engagement-active = Engagement is active
check-system-in-scope = System is in scope
check-environment-in-scope = Environment is in scope
check-role-in-scope = Rights are in scope
check-conduits-in-scope = Path is in scope
check-standing-allows = Standing
check-identity-verified = Identity
check-mfa = Second factor
check-trainings-valid = Training and acknowledgements
check-purpose-given = Purpose
check-reference = Change or ticket
check-pattern-allowed = Way in
check-responsibilities-current = Responsibilities
check-window-agreed = Window
check-compensation-broken = One of the agreed measures is not in force.
check-compensation-complete = Compensating measures
check-length-within-cap = Length
check-attendant-named = Attendant
check-approver-separate = Separate approver
check-approvals-enough = Approvals
check-approvals-complete = { $needed ->
    [one] The one function that must agree has agreed.
   *[other] All {$needed} functions that must agree have agreed.
    }
check-approvals-missing = {$given} of {$needed} functions have agreed; {$who} has not.
check-approver-is-requester = The person who approves asked for it or would enter.
check-approver-none = Nobody has approved.
check-approver-of-provider = Only our own people approve.
check-approver-other-person = Approved by somebody who neither asked nor enters.
check-approver-twice = The same person approved twice.
check-at-approval = Judged when somebody approves.
check-attendant-known = {$attendant} will attend.
check-attendant-needed = An attendant is needed ({$because}) and nobody has said they are free.
check-attendant-none = Nobody is named to attend.
check-attendant-not-asked = An attendant is needed ({$because}), the request is for unattended work.
check-attendant-not-needed = No attendant is needed.
check-attendant-self = The attendant is the person who would enter.
check-attendant-to-name = An attendant has to be named before the start.
check-compensation-capability-unknown = Nobody has stated what this system can do, and no measures are agreed.
check-compensation-expired = The agreed measures have expired.
check-compensation-hours = The window is not inside the hours that were agreed for this system.
check-compensation-in-force = All agreed measures are in force.
check-compensation-missing = The system has a limitation and no complete set of measures.
check-compensation-no-limitation = The system has no limitation.
check-compensation-step = A step that the agreed measures ask for is open: {$step}.
check-compensation-unknown = It is not known whether the measures are in force.
check-conduits-inside = Every conduit on the way is in scope.
check-conduits-on-site = On site no conduit is crossed.
check-conduits-outside = A conduit on the way is not in scope.
check-conduits-unknown = The way is not known.
check-engagement-active-until = Active, to {$until}.
check-engagement-dates = The window is not inside {$from} to {$until}.
check-engagement-dates-unknown = The dates of the engagement are not known.
check-engagement-ended = The engagement has ended.
check-engagement-in-use = In use since before the programme, to {$until}; not yet activated.
check-engagement-in-use-over = In use before the programme only to {$until}; not activated.
check-engagement-not-activated = The engagement is not activated.
check-engagement-other-provider = The engagement belongs to another provider.
check-engagement-suspended = The engagement is suspended.
check-engagement-unknown = It is not known whether the engagement is active.
check-environment-inside = {$environment} is in scope.
check-environment-outside = {$environment} is not in scope.
check-environment-unknown = Nobody has stated the environment of this system, or the system is not in scope.
check-frozen-during-session = Judged at the start; not judged again while the session runs.
check-grant-unknown = It is not known whether the grant still stands.
check-grant-withdrawn = The grant has expired or was revoked.
check-hold-attended-met = Held to attended work since {$since}; this work is attended.
check-hold-attended-only = Held to attended work since {$since}.
check-hold-begins = A hold begins at {$from}, inside the window.
check-hold-gmp = Held for product quality since {$since}.
check-hold-incident = Held because of an incident since {$since}.
check-hold-none = No hold on person, credential, provider, engagement or system.
check-hold-security = Held for security since {$since}.
check-hold-yields = There is a hold since {$since}; it does not stop this work.
check-identity-expired = The identity check has expired.
check-identity-missing = The identity was never checked.
check-identity-unknown = It is not known whether the identity was checked.
check-identity-valid = Identity checked, valid to {$until}.
check-length-over = {LENGTH($length)} is longer than the {LENGTH($cap)} that {$tier} and purpose allow.
check-length-within = {LENGTH($length)}; most allowed for {$tier} and purpose is {LENGTH($cap)}.
check-mfa-both = Second factor on person and path.
check-mfa-called-back = Called back at the provider's known number.
check-mfa-compensated = No second factor everywhere; agreed measures make up for it.
check-mfa-on-site = On site there is no path to protect.
check-mfa-path-none = The path has no second factor.
check-mfa-person-none = The person has no second factor.
check-mfa-unknown = It is not known whether there is a second factor.
check-off-at-this-site = This check is off at this site.
check-paper-ends = Valid now, ends {$until}, before the work does.
check-person-invited = The person has not finished joining.
check-person-left = The person has left.
check-person-named = One natural person is named.
check-person-none = No person is named.
check-person-not-natural = A group or service account is not a person.
check-person-other-employer = The person does not work for this provider.
check-person-suspended = The person is suspended.
check-person-unknown = It is not known who this is or for whom the person works.
check-purpose-none = No purpose is given.
check-purpose-stated = Purpose: {$purpose}.
check-reference-approved = The change is approved, targets this system and covers the window.
check-reference-given = A reference is given; none is required to view and collect.
check-reference-none = Changing something needs an approved change; none is named.
check-reference-not-approved = The change is not approved.
check-reference-not-needed = No reference is required to view and collect.
check-reference-other-target = The change does not target this system.
check-reference-unknown = The change, its approval, its target or its window is not known here.
check-reference-window = The change is approved for {$from} to {$until}; the window is not inside.
check-responsibilities-attested = Responsibilities are attested and current.
check-responsibilities-expired = The attested responsibilities have expired.
check-responsibilities-missing = Nobody has attested the responsibilities.
check-responsibilities-unknown = It is not known whether the responsibilities are attested.
check-role-inside = All rights asked are in scope.
check-role-outside = {$role} is not in scope on this system.
check-role-unknown = Rights cannot be compared: no right is asked, or the system is not in scope.
check-standing-blocked = {$level} since {$since}, { $reasons ->
    [one] 1 reason
   *[other] {$reasons} reasons
    }.
check-standing-good = Good.
check-standing-restricted-attended = {$level} since {$since}, { $reasons ->
    [one] 1 reason
   *[other] {$reasons} reasons
    }; attended work needs a yes from OT security.
check-standing-restricted-unattended = {$level} since {$since}, { $reasons ->
    [one] 1 reason
   *[other] {$reasons} reasons
    }; unattended work is not possible.
check-standing-watch = {$level} since {$since}, { $reasons ->
    [one] 1 reason
   *[other] {$reasons} reasons
    }; work goes on.
check-standing-worsens = Good now, {$level} from {$from} unless the reasons are cleared.
check-system-dates = {$system} is in scope, but not on these dates.
check-system-inside = {$system} is in scope.
check-system-outside = {$system} is not in scope.
check-system-unknown = It is not known whether {$system} is in scope.
check-training-expired = A required training or acknowledgement expired on {$until}.
check-training-missing = A required training or acknowledgement is missing.
check-training-unknown = It is not known which trainings are valid.
check-training-valid = All required trainings and acknowledgements are valid.
check-way-allowed = {$way}: allowed in the zone and agreed.
check-way-not-agreed = {$way}: not agreed with the provider.
check-way-safety-remote = A safety system is never changed from afar.
check-way-safety-unknown = This may be a safety system; in an emergency it is not changed from afar.
check-way-unknown = Nobody has stated which ways in the zone allows, or which are agreed.
check-way-zone-forbids = {$way}: not allowed in the zone.
check-window-calendar-unknown = Nobody vouches for the list of freezes at this site.
check-window-free = The window is free of freezes.
check-window-freeze = Freeze from {$from} to {$until}.
check-window-not-open = The window opens at {$from}.
check-window-over = The window ended at {$until}.
