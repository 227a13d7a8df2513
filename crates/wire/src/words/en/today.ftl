today-count = {$mine} only you can do, {$late} late
today-empty = Nothing waits for you
today-late = Late
today-mine = Only you can do
today-shared = Yours or a colleague's
today-news = Since your last look
