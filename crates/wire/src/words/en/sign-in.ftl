me-sessions = Where you are signed in
me-sessions-text = A session ends by itself after {$idle} without use, and after {$most} in any case. End what you do not know, and have your password replaced.
users-sessions = Where they are signed in
users-sessions-text = Whoever is signed out here may sign in again. Suspend a person who must not.
users-no-session = Nowhere.
session-on = {$browser} on {$system}
session-this = this one
session-began = since {$at}
session-used = last used {$at}
session-end = End
session-end-others = End all others
session-end-all = End all
browser-edge = Edge
browser-opera = Opera
browser-firefox = Firefox
browser-chromium = Chromium
browser-chrome = Chrome
browser-safari = Safari
browser-program = a program
browser-other = another browser
os-windows = Windows
os-android = Android
os-ios = iPhone or iPad
os-macos = macOS
os-chromeos = ChromeOS
os-linux = Linux
os-other = another system
done-session-over = Ended. Whoever has that browser is signed out.
done-sessions-over = Ended. They are signed out there.
recovery-title = Recovery codes
recovery-text = Each of them signs you in once, with your password, when your telephone is lost or broken. Keep them on paper, apart from it.
recovery-none = You have none. Without your telephone you could not sign in.
recovery-left = { $left ->
    [0] None of {$made} is left.
    [one] 1 of {$made} is left.
   *[other] {$left} of {$made} are left.
    }
recovery-made-at = Made {$at}.
recovery-make = Make recovery codes
recovery-again = Make new ones
recovery-ends = New ones end the old ones at once, on whatever paper they stand.
recovery-shown = They are shown this once. Print them or write them down now; nobody can show them to you again.
recovery-keep = {$org}: recovery codes for Plantgate
recovery-print = Print
recovery-copy = Copy
recovery-copied = Copied.
recovery-how = At sign-in choose “Use a recovery code” behind your password. Strike it out then: it works once. Each use stands in the record.
recovery-kept = I have kept them
recovery-code = Recovery code
recovery-code-hint = 16 letters and digits from your paper; one that was used does not work again
signin-recovery-lead = {$name}, enter one of your recovery codes.
signin-recovery-instead = Use a recovery code
signin-code-instead = Use the code of the app
recovery-used-now = { $left ->
    [0] You used recovery code {$code}. None is left: make new ones under your name.
    [one] You used recovery code {$code}. 1 is left: make new ones under your name.
   *[other] You used recovery code {$code}. {$left} are left.
    }
recovery-used-since = { $count ->
    [one] A recovery code was used under your name since you last signed in with your app. If that was not you, end all other sessions under your name and have your password replaced.
   *[other] {$count} recovery codes were used under your name since you last signed in with your app. If that was not you, end all other sessions under your name and have your password replaced.
    }
prove-title = Prove that it is you
prove-lead = What you are about to do needs a proof that is not older than {$within}. Nothing you filled in is lost: it goes on with this.
prove-hint = the six digits of your app now, or one of your recovery codes
prove-means = Then this browser may do such things for a while without asking again.
prove-leave = Leave it
prove-wrong = This code is not right, was used before, or there were too many wrong ones. Wait for the next code and try again.
password-title = Change your password
password-lead = The old password and a code show that it is you. Your second factor stays as it is.
password-old = Old password
password-code-hint = of your app, or a recovery code
password-new = New password
password-again = The new one once more
password-go = Change it
password-means = Every session of yours ends, this one too, and your old recovery codes are worth nothing: you get new ones, then you sign in anew.

# Single sign-on
sign-on-title = With an account elsewhere
sign-on-with = Sign in with {$name}
sign-on-away-now = did not answer a moment ago
sign-on-not-done = You are not signed in
sign-on-other-way = To the sign-in page
sign-on-help = an administrator of the plant
sign-on-away = {$name} does not answer now, so nobody signs in by it. Whoever has a password here uses that; the others try again in a minute. If it lasts, tell {$help}.
sign-on-stale = What {$name} answered does not belong to a sign-in that this browser began in the last ten minutes, or was used before. Begin again on the sign-in page.
sign-on-declined = {$name} did not sign you in: you left its page, or it does not let you in here. Begin again, or ask {$help}.
sign-on-not-believed = What {$name} answered could not be verified, so nobody was signed in. Begin again; if it happens again, tell {$help}.
sign-on-no-account = {$name} knows you, but no account here opens by that now. Who was invited begins by the link in the invitation. Otherwise ask {$help}.
sign-on-taken = This account at {$name} cannot be bound to you: it may be bound already. Ask {$help}.
sign-on-bound = Your account is bound
sign-on-bound-text = From now on you sign in with {$name}. An administrator has to let you begin; then it works.
sign-on-proven = It is you
sign-on-proven-text = Close this page and go on with the form in the other one. For a while this browser may do such things without asking again.
sign-on-prove = With your account elsewhere
sign-on-prove-text = The other page opens beside this one. Sign in there once more, come back here and go on: nothing you filled in is lost.
sign-on-prove-with = Prove it with {$name}
sign-on-prove-done = I have done it, go on
sign-on-groups = By your groups you were given { $given ->
    [0] no role
    [one] one role
   *[other] {$given} roles
 }, and { $taken ->
    [0] none was taken
    [one] one was taken
   *[other] {$taken} were taken
 }.
sign-on-bind = Single sign-on
sign-on-bind-text = Binds an account of yours at an identity provider to you, so that you sign in by it. You prove there that it is yours; nobody can bind one for you.
sign-on-provider = Identity provider
sign-on-bind-go = Bind an account of mine
sign-on-no-password = You sign in with an account elsewhere and have no password here. A signature takes a password and a code of your own. Ask an administrator of the plant how you get one.
sign-on-begin = Sign in
sign-on-begin-text = You go to {$name} to sign in. Whoever is signed in here in this browser is signed out by that.
sign-on-own = To your identity provider
sign-on-own-text = Sign in at {$name} once more, with the account that is to be yours here. Then it is bound to you, and you come back to this page.
sign-on-go = Go there
sign-on-elsewhere = This begins on a page of Plantgate only, and another site sent you here. Nothing was begun with {$name}. Go to the sign-in page or to Account and begin there; if you did not want this, tell {$help}.
sign-on-no-passkey = You are here by an account elsewhere. What signs, a passkey or a password, is added only by who proved themselves here: ask an administrator of the plant for a link.
done-sign-on-bound = Account bound.
auth-silence = because no identity provider said anything of them for days
auth-sign-on = by single sign-on ({$how})
actor-identity-provider = an identity provider, by its groups
keykind-sign-on = single sign-on
