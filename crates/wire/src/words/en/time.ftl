time-full = {$weekday} {$day} {$month} {$year} {$clock} {$zone} ({$offset})
time-moment = {$weekday} {$day} {$month} {$clock} {$zone}
time-day = {$weekday} {$day} {$month} {$year}
time-day-short = {$day} {$month}
time-over = over
time-in = in {$length}
length-min = {$minutes} min
length-h = {$hours} h
length-h-min = {$hours} h {$minutes} min
length-d = { $days ->
    [one] 1 day
   *[other] {$days} days
    }
length-d-h = { $days ->
    [one] 1 day
   *[other] {$days} days
    } {$hours} h
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
weekday-mon = Mon
weekday-tue = Tue
weekday-wed = Wed
weekday-thu = Thu
weekday-fri = Fri
weekday-sat = Sat
weekday-sun = Sun
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
zone-CET = CET
zone-CEST = CEST
