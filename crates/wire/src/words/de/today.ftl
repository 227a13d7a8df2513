today-count = {$mine} nur durch Sie, {$late} überfällig
today-empty = Nichts wartet auf Sie
today-late = Überfällig
today-mine = Nur durch Sie
today-shared = Durch Sie oder andere
today-news = Seit Ihrem letzten Besuch
