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
