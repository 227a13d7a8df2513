time-full = {$weekday}, {$day}. {$month} {$year}, {$clock} {$zone} ({$offset})
time-moment = {$weekday}, {$day}. {$month}, {$clock} {$zone}
time-day = {$weekday}, {$day}. {$month} {$year}
time-day-short = {$day}. {$month}
time-over = vorbei
time-in = in {$length}
length-min = {$minutes} min
length-h = {$hours} h
length-h-min = {$hours} h {$minutes} min
length-d = { $days ->
    [one] 1 Tag
   *[other] {$days} Tage
    }
length-d-h = { $days ->
    [one] 1 Tag
   *[other] {$days} Tage
    } {$hours} h
weekday-1 = Mo.
weekday-2 = Di.
weekday-3 = Mi.
weekday-4 = Do.
weekday-5 = Fr.
weekday-6 = Sa.
weekday-7 = So.
weekday-mon = Mo
weekday-tue = Di
weekday-wed = Mi
weekday-thu = Do
weekday-fri = Fr
weekday-sat = Sa
weekday-sun = So
month-1 = Jan.
month-2 = Feb.
month-3 = März
month-4 = Apr.
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = Aug.
month-9 = Sep.
month-10 = Okt.
month-11 = Nov.
month-12 = Dez.
zone-CET = MEZ
zone-CEST = MESZ
