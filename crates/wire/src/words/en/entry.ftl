signin-title = Sign in
signin-lead = {$org}: who comes in, on what grounds, and for how long.
signin-login = Sign-in name
signin-password = Password
signin-paste = paste is fine
signin-go = Go on
signin-help = No account or locked out: {$help}.
signin-demo = Accounts of the demo
signin-demo-text = Made up at start; real data never has any. The code is the one that is right now.
signin-demo-code = Code of {$name} now:
signin-as = Sign in
signin-code = Code
signin-code-title = Second step
signin-code-lead = {$name}, enter the code your authenticator app shows.
signin-code-hint = six digits, a new one every 30 seconds
signin-code-lost = Device lost: {$help}.
firstrun-title = The first hour
firstrun-lead = Nobody exists here yet. One page, then the house stands: your organisation, its first site, and you.
firstrun-org = Organisation and site
firstrun-org-name = Name of the organisation
firstrun-site = First site
firstrun-site-hint = as people call it
firstrun-zone = Time zone
firstrun-zone-hint = IANA name, for instance Europe/Berlin; every due date at the site ends in it
firstrun-you = You
firstrun-name = Name
firstrun-login-hint = lower case, no spaces
firstrun-password-hint = at least 14 characters; a sentence is good
firstrun-second = Second factor
firstrun-second-text = Add this secret to an authenticator app. It is shown once.
firstrun-secret = Secret
firstrun-otpauth = Open in the app on this device
firstrun-code-hint = the code the app shows now
firstrun-go = Start the record
firstrun-means = This writes the first entries of the record. They cannot be taken back, only continued.
signin-both = Type name and password.
signin-wrong = Name, password or code are not right. Wait for the next code and try again.
signin-failed-before = { $count ->
    [one] Before you signed in, one try under your name was wrong. If it was not you, tell OT security.
   *[other] Before you signed in, { $count } tries under your name were wrong. If it was not you, tell OT security.
}
signin-wait = Too many wrong tries. Wait { $secs ->
    [one] one second
   *[other] { $secs } seconds
}, then try again.
firstrun-qr = Drawing of the secret below, for the camera of an authenticator app
welcome-title = Welcome
welcome-lead = {$name}, you were invited to {$org}. Choose how you sign in.
welcome-go = Set password and second factor
welcome-means = The record keeps that you did this, never your password. Then you sign in; an administrator may have to let you begin.
welcome-by-passkey = With a passkey
welcome-by-passkey-text = The shortest way: your finger, face or PIN on a device of yours. Nothing to type, and nothing that another page could get from you.
welcome-by-passkey-go = Begin with a passkey
welcome-or = or another way below
welcome-passkey = Your passkey is made
welcome-passkey-text = From now on you sign in with it; an administrator may have to let you begin. Add a second one on another device soon, under Account: whoever loses the only one needs a new link from an administrator.
prove-by-passkey = You have a passkey here and no password, so it is the passkey that proves it. It needs scripts in this browser.
sign-by-passkey = You have a passkey here and no password: sign with the passkey, below. It needs scripts in this browser.
welcome-code = This is not the code of the moment. Look at the app and type the new one.
signin-help-admin = No account or locked out: ask an administrator of the plant.
