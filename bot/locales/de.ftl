### Alles, was Footnote in Discord sagt.

## Befehle, wie Discords eigene Menüs sie zeigen

command-ask = Dem Archiv eine Frage stellen
command-ask-question = Was du wissen möchtest
command-ask-collection = Nur Artikel aus dieser Sammlung
command-ask-author = Nur Artikel von dieser Person
command-ask-source = Nur Artikel aus dieser Publikation
command-ask-after = Nur Artikel ab diesem Datum, zum Beispiel 2025-03-01
command-ask-before = Nur Artikel vor diesem Datum, zum Beispiel 2025-03-01
command-ask-private = Die Antwort nur dir zeigen
menu-find = Im Archiv suchen
menu-check = Zitat prüfen
command-article = Einen Artikel nach seinem Titel suchen
command-article-title = Der Titel, eine Überschrift darin oder Wörter daraus
command-article-private = Den Artikel nur dir zeigen
command-articles = In den Artikeln stöbern
command-articles-collection = { command-ask-collection }
command-articles-author = { command-ask-author }
command-articles-source = { command-ask-source }
command-articles-after = { command-ask-after }
command-articles-before = { command-ask-before }
command-sources = In den Publikationen und Sammlungen stöbern
command-watch = Fragen, die ich für dich aufhebe und zu denen ich mich melde
command-watch-add = Eine Frage aufheben und erfahren, was sie in neuen oder geänderten Artikeln beantwortet
command-watch-add-question = Worüber du Bescheid wissen möchtest
command-watch-add-here = In diesem Kanal melden statt als Direktnachricht
command-watch-add-hour = Einmal am Tag melden, zu dieser Stunde (0 bis 23) deines Tages
command-watch-add-timezone = Deine Zeitzone für die Stunde, etwa Europe/Berlin
command-watch-add-collection = { command-ask-collection }
command-watch-add-author = { command-ask-author }
command-watch-add-source = { command-ask-source }
command-watch-list = Die Fragen zeigen, die ich für dich aufhebe
command-watch-remove = Eine Frage nicht länger aufheben
command-watch-remove-watch = Die Frage
command-timeline = Ein Thema durch die Artikel verfolgen, die ältesten zuerst
command-timeline-subject = Worum es geht, in wenigen Wörtern
command-timeline-collection = { command-ask-collection }
command-timeline-author = { command-ask-author }
command-timeline-source = { command-ask-source }
command-timeline-after = { command-ask-after }
command-timeline-before = { command-ask-before }
command-timeline-private = Den Zeitstrahl nur dir zeigen
command-help = Was ich kann und wie du fragst
command-reindex = Die Quellen neu lesen und Änderungen veröffentlichen
command-reindex-source = Nur eine Quelle: aus der Liste oder die Webadresse einer Seite, eines Feeds oder einer Sitemap
command-reindex-full = Jeden Artikel neu lesen und einbetten, auch wenn er unverändert ist

## Willkommen, Hilfe, Höflichkeit

welcome =
    Hallo! Ich beantworte Fragen aus einem Archiv von Artikeln: wörtlich und mit Quelle.
    Frag mit `/ask`, erwähne mich mit einer Frage oder schick mir eine Direktnachricht. Mit `/help` siehst du, was ich noch kann.
help-ask =
    ### So fragst du
    • Stell mit { $ask } eine Frage und grenze sie nach Person, Publikation, Sammlung oder Datum ein.
help-ask-mention = • Erwähne mich mit einer Frage.
help-ask-reply = • Antworte auf meine Antwort oder wähle **{ answer-follow-up }**, um weiterzufragen.
help-ask-follow-up = • Wähle **{ answer-follow-up }** unter meiner Antwort, um weiterzufragen.
help-ask-menu = • Wähle im Menü einer Nachricht unter „Apps“ **{ menu-find }**, wenn sie etwas fragt: Nur du siehst die Antwort.
help-ask-check = • Oder wähle dort **{ menu-check }**: Steht das Zitat im Archiv, und was weicht ab?
help-ask-message = • Schick mir eine Direktnachricht: Nur du liest die Antwort.
help-ask-here = • Schreib deine Frage einfach hierher; einen Befehl brauchst du nicht.
help-ask-listening = • Frag in { $channels }: Dort antworte ich, wenn es sonst niemand getan hat.
help-quoted = Jede Antwort ist ein wörtliches Zitat mit dem Artikel, in dem es steht. Hat das Archiv keine Antwort, sage ich das.
help-look-up =
    ### So schlägst du nach
    • { $article } findet einen Artikel nach seinem Titel oder einer Überschrift darin, auch mit Tippfehlern.
    • { $timeline } zeigt, was die Artikel zu einem Thema sagen, vom ältesten zum neuesten.
    • { $articles } listet alle auf oder nur die, auf die du eingrenzt.
    • { $sources } listet die Publikationen und Sammlungen auf, aus denen sie stammen.
help-come-back =
    ### So komme ich darauf zurück
    • { $watch } hebt eine Frage auf, und ich melde dir, was neue Artikel dazu sagen.
    • Drück **{ refusal-tell }**, wenn ich keine Antwort habe, und ich melde mich, sobald ich eine habe.
help-admin =
    ### Für dich als Admin des Archivs
    • { $reindex } liest die Quellen neu und veröffentlicht, was sich geändert hat; Fragen gehen währenddessen weiter.
courtesy-greeting = Hallo! Stell mir eine Frage, und ich suche die Textstellen, die sie beantworten.
courtesy-thanks = Gern geschehen! Frag jederzeit wieder.
how-to-ask = Stell mir eine Frage: Erwähne mich und schreib sie dazu oder nimm `/ask`.
unheard = Diese Nachricht kann ich nicht lesen. Erwähne mich darin oder wähle **{ answer-follow-up }** unter meiner Antwort, dann suche ich danach.
questions-most = Ich beantworte { $count } Fragen einer Nachricht; stell die übrigen noch einmal.
listening-note = In diesem Kanal beantworte ich Fragen, die sonst niemand beantwortet hat; wer gefragt hat, kann diese Antwort im Menü löschen.
archive-empty = Das Archiv enthält noch keinen Artikel, den du hier lesen darfst.

## Der Kopf einer Antwort

quoted = „{ $words }“
# Die frühere Frage muss zwischen „ und dem letzten “ stehen: Sie wird aus der Nachricht zurückgelesen.
following = ↳ Nachfrage zu „{ $question }“
narrowed = Nur Artikel { $filters }
narrowed-author = von { $value }
narrowed-source = aus { $value }
narrowed-collection = aus der Sammlung { $value }
narrowed-after = ab { $date }
narrowed-before = bis { $date }
taken = Ich habe { $pairs } verstanden
taken-pair = „{ $word }“ als „{ $meant }“
period = Nur Artikel aus der Zeit „{ $words }“ ({ $dates })
period-until = bis { $last }
period-from = ab { $first }
period-from-time = ab { $first }, { $time } Uhr

## Eine Antwort und ihre Bedienelemente

also-in = auch in: { $articles }
same-article = derselbe Artikel
more-unlikely = Weniger wahrscheinliche Antworten:
and-more =
    { $count ->
        [one] { $count } weiterer
       *[other] { $count } weitere
    }
answer-more = Mehr Textstellen
answer-any-date = Beliebiges Datum
answer-in-context = Im Kontext
answer-follow-up = Nachfragen
answer-follow-up-hint = Von dieser Antwort aus weiterfragen
answer-useful = Hilfreich
answer-not-useful = Nicht hilfreich
answer-share = Im Kanal teilen
answer-menu = Mehr zu dieser Antwort …
answer-in-context-hint = Die Textstelle in ihrem Artikel
answer-why = Warum das?
answer-why-hint = Was übereinstimmt und wie sicher ich bin
answer-others = Andere Artikel
answer-others-hint = Was ich sonst noch gefunden habe
answer-dated = Der Reihe nach
answer-dated-hint = Was die Artikel dazu sagen, vom ältesten zum neuesten
answer-unfiltered = Ohne Filter
answer-unfiltered-hint = Noch einmal fragen, im ganzen Archiv
answer-delete = Löschen
answer-delete-hint = Für dich, wenn du gefragt hast, und für die Moderation
answer-also-found = Außerdem gefunden:
follow-up-title = Nachfragen
follow-up-label = Deine Frage
context-before = ◀ Text davor
context-after = Text danach ▶
context-article = Artikel öffnen
context-passage = Textstelle { $number }
standing-changed = Der Artikel wurde inzwischen geändert; zitiert ist der damalige Text.
standing-withdrawn = Der Artikel wurde inzwischen zurückgezogen; zitiert ist der damalige Text.
corrected-withdrawn = **Berichtigung zu { $count ->
        [one] Fußnote
       *[other] den Fußnoten
    } { $places }:** am { $date } zurückgezogen; zitiert ist der damalige Text.
corrected-changed = **Berichtigung zu { $count ->
        [one] Fußnote
       *[other] den Fußnoten
    } { $places }:** am { $date } geändert; die zitierten Worte stehen nicht mehr im Artikel.
corrected-kept = **Hinweis zu { $count ->
        [one] Fußnote
       *[other] den Fußnoten
    } { $places }:** am { $date } an anderer Stelle geändert; die zitierten Worte stehen weiterhin im Artikel.
correction-in-short = **Berichtigt:** { $places } ({ $date })
correction-over = **Hinweis zu { $count ->
        [one] Fußnote
       *[other] den Fußnoten
    } { $places }:** Der Artikel steht wieder so da, wie er zitiert ist.
vote-reason = Was war falsch?
vote-reason-title = Was war falsch?
vote-reason-label = Kurz gesagt, für das Team des Archivs
vote-reason-noted = Notiert, danke! Das Team des Archivs kann es lesen.
vote-useful = Notiert, danke!
vote-not-useful = Notiert, danke! Vielleicht hilft es, mit anderen Worten zu fragen.

why-words = Enthält aus der Frage { $words }.
why-no-words = Enthält kein Wort der Frage, kommt ihr aber dem Sinn nach nahe.
why-very-likely = Sehr wahrscheinlich beantwortet das die Frage.
why-likely = Wahrscheinlich beantwortet das die Frage.
why-perhaps = Vielleicht beantwortet das die Frage.
why-unlikely = Wahrscheinlich beantwortet das die Frage nicht.
why-raised = Die Stimmen der Leserschaft rücken das nach oben.
why-lowered = Die Stimmen der Leserschaft rücken das nach unten.
why-confidence = Sicherheit { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-sentence = Sinn des besten Satzes { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-passage = der Textstelle { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-keyword = Wörter { NUMBER($number, minimumFractionDigits: 1, maximumFractionDigits: 1) } (BM25)
why-score = zusammen { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-reranker = Cross-Encoder { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-threshold = Eine Antwort braucht eine Sicherheit von { NUMBER($threshold, minimumFractionDigits: 2, maximumFractionDigits: 2) }.

## Keine Antwort

refusal = Darauf hat das Archiv keine Antwort.
refusal-filtered = Kein Artikel passt dazu; frag noch einmal ohne Filter.
refusal-unseen = In keinem Artikel kommt vor: { $words }.
refusal-nearest = Dem Sinn nach am nächsten, auch wenn keiner die Frage beantwortet:
refusal-rephrase = Anders fragen
refusal-tell = Sag mir Bescheid, wenn doch

## Artikel

card-minutes =
    { $count ->
        [one] { $count } Minute Lesezeit
       *[other] { $count } Minuten Lesezeit
    }
card-collection = Sammlung { $name }
card-changed = **Eine frühere Fassung.** Der Artikel wurde inzwischen geändert; so lautete er damals.
card-withdrawn = **Ein zurückgezogener Artikel.** Das Archiv enthält ihn nicht mehr; so lautete er zuletzt.
card-sections = **Abschnitte** { $sections }
card-read = Lesen
card-current = Aktuelle Fassung
card-related = Verwandte Artikel
card-go-to = Zu einem Abschnitt …
card-more-sections = Weitere Abschnitte …
card-versions = Andere Fassungen …
card-version = Fassung vom { $day }
card-version-current = Aktuelle Fassung, vom { $day }
# $time ist in UTC.
card-version-time = { $day }, { $time } UTC
card-more-versions = Weitere Fassungen …
# Eine Auswahl von `/article`, reiner Text: ein Artikel, dessen Titel früher $once war.
choice-once = { $title } (früher „{ $once }“)
timeline-count =
    { $count ->
        [one] Ein Artikel
       *[other] { $count } Artikel
    } dazu, vom ältesten zum neuesten
timeline-cut = Die { $count } am besten passenden Artikel dazu, vom ältesten zum neuesten
timeline-undated =
    { $count ->
        [one] Ein weiterer Artikel nennt kein Datum und fehlt hier.
       *[other] { $count } weitere Artikel nennen kein Datum und fehlen hier.
    }
timeline-none-dated = Die Artikel dazu nennen kein Datum und haben deshalb keine Reihenfolge; frag mit `/ask`.
timeline-menu = Eine Stelle im Artikel lesen …
page-of = Seite { $page } von { $pages }
page-first = Anfang
page-back = Zurück
page-next = Weiter
page-last = Ende
page-card = Über den Artikel
list-count = { $count } Artikel
list-open = Artikel öffnen …
list-by-title = Nach Titel sortieren
list-by-newest = Nach Datum sortieren
list-place-newest = { $place }, die neuesten zuerst
list-place-title = { $place }, nach Titel
list-empty = Hier gibt es keinen, den du lesen darfst. Grenze weniger ein oder sieh nach, welche Publikationen und Sammlungen es gibt.
list-all = Alle Artikel
list-sources = Publikationen und Sammlungen
sources-count =
    { $sources ->
        [one] { $sources } Publikation
       *[other] { $sources } Publikationen
    }, { $collections ->
        [one] { $collections } Sammlung
       *[other] { $collections } Sammlungen
    }
# $name kann fett sein.
sources-collection = Sammlung { $name }
sources-newest = der neueste vom { $day }
sources-open = Artikel auflisten aus …

## Beobachtete Fragen

notice-once = Das Archiv beantwortet jetzt, was du gefragt hast. Ich hebe deine Frage nicht länger auf.
notice-found = Neu im Archiv, zu einer Frage, die du beobachtest:
notice-digest = Deine Übersicht: neu im Archiv, zu dem, was du beobachtest.
notice-more =
    { $count ->
        [one] … und { $count } weitere Textstelle
       *[other] … und { $count } weitere Textstellen
    }
notice-stay = Die Frage, die du beobachtest, „{ $question }“, hat seit { $since } nichts gefunden. Soll ich weiter beobachten? Wenn ich bis { $ends } nichts höre, lasse ich es.
watch-keep = Weiter beobachten
watch-stop = Nicht mehr beobachten
watch-direct = als Direktnachricht
watch-here = in { $channel }
# $where ist eines der beiden davor.
watch-at-once = { $where }, sobald etwas gefunden wird
watch-daily = { $where }, einmal am Tag um { $hour } ({ $zone })
tell-added = Ich hebe diese Frage auf und melde mich einmal, wenn das Archiv sie beantwortet: { $place }.
tell-direct = Lieber als Direktnachricht
watch-added = Ich hebe diese Frage auf und melde, was sie in neuen oder geänderten Artikeln beantwortet: { $place }.
watch-direct-quotes = In Direktnachrichten zitiere ich, was alle lesen dürfen.
watch-next = Die nächste Übersicht kommt { $when }, falls es etwas zu melden gibt.
watch-already = Was das Archiv schon hat:
watch-none = Du beobachtest keine Frage. Nimm `/watch add`, oder drück **{ refusal-tell }**, wenn ich keine Antwort habe.
watch-count =
    { $count ->
        [one] Du beobachtest { $count } Frage
       *[other] Du beobachtest { $count } Fragen
    }
watch-once = einmal gemeldet
watch-standing = jedes Mal gemeldet
watch-remove = Nicht mehr beobachten …
watch-missed =
    { $count ->
        [one] { $count } Meldung kam nicht an; erlaube mir, dir zu schreiben, oder lies sie hier.
       *[other] { $count } Meldungen kamen nicht an; erlaube mir, dir zu schreiben, oder lies sie hier.
    }
watch-show-missed = Zeigen, was ich fand
watch-removed = Ich beobachte „{ $question }“ nicht mehr und habe die Frage vergessen.
watch-stays = Ich beobachte weiter.

## Neu indizieren

reindex-title = Archiv wird neu indiziert
reindex-starting = Es geht los; Fragen werden weiter beantwortet.
reindex-nearly = Fast fertig.
reindex-counted =
    { $articles } Artikel{ $passages ->
        [0] { "" }
        [one] , { $passages } Textstelle
       *[other] , { $passages } Textstellen
    }
reindex-reading = Gelesen: { reindex-counted }
reindex-embedding = Eingebettet: { reindex-counted }
reindex-left = { $done } ({ $share }), noch etwa { $left }
reindex-cancel = Abbrechen
reindex-cancelled = Es wurde nichts geändert.
reindex-cancelled-title = Indizieren abgebrochen
reindex-failed-title = Indizieren fehlgeschlagen
reindex-exit = Exit-Code { $code }.
reindex-done-title = Indizieren abgeschlossen
reindex-total =
    { $articles } Artikel mit { $passages ->
        [one] { $passages } Textstelle
       *[other] { $passages } Textstellen
    } ({ $added } neu, { $changed } geändert, { $withdrawn } zurückgezogen, { $unchanged } unverändert), Dauer: { $seconds }.
reindex-published = Generation { $generation } ist veröffentlicht: { reindex-total }
reindex-up-to-date = Generation { $generation } ist auf dem neuesten Stand: { reindex-total }
reindex-answers-on = Generation { $generation } antwortet weiter: { reindex-total }
reindex-stopped = **Nicht veröffentlicht**: Der neue Index beantwortet { $after } von { $asked } Prüffragen, der alte { $before }. `footnote index` zeigt, welche fehlen.
reindex-added = **Neu**: { $titles }
reindex-changed = **Geändert**: { $titles }
reindex-withdrawn = **Zurückgezogen**: { $titles }
reindex-failed = **Fehlgeschlagen**: { $location } { $reason }.
reindex-failed-more =
    … und { $count ->
        [one] { $count } weiterer Fehler
       *[other] { $count } weitere Fehler
    }; `footnote articles --failed` listet sie auf.
reindex-unopened =
    Ich kann sie nicht öffnen: Sie wurde mit anderen Einstellungen erstellt, als ich sie habe, oder sie ist beschädigt. Es antwortet Generation { $generation }; starte mich neu oder sieh im Log nach.
reindex-roll-back = Rückgängig machen
reindex-rolled-back = Es antwortet wieder Generation { $generation }.
reindex-busy = { $starter } indiziert bereits; Stand: „{ $progress }“
reindex-no-generation = Generation { $generation } gibt es nicht mehr; zu ihr führt kein Weg zurück.
reindex-ended = Dieser Lauf ist schon zu Ende; es gibt nichts abzubrechen.
reindex-source = Wähl eine Quelle aus der Liste oder gib eine Webadresse an, die mit https:// beginnt.
admin-only =
    Das dürfen nur die Admins des Archivs. Wer es betreibt, trägt sie in den Einstellungen unter `discord.admins` ein; deine ID ist `{ $user }`.

## Was nicht geht

# $option ist der Name einer Option, wie Discord ihn zeigt.
refused-date = `{ $option }` braucht ein Datum wie 2025-03-01; schreib es genau so.
refused-cooldown = Bitte eine Frage nach der anderen; frag { $when } noch einmal.
refused-none-visible = Hier gibt es keinen anderen Artikel, den du lesen darfst.
refused-answer-expired = Dafür ist diese Antwort zu alt; frag noch einmal.
refused-article-gone = Diesen Artikel gibt es hier nicht mehr; such ihn neu.
refused-list-expired = Zum Blättern ist diese Liste zu alt; nimm noch einmal `/articles`.
refused-source-gone = Davon gibt es hier keinen Artikel mehr, den du lesen darfst; nimm noch einmal `/sources`.
refused-no-more = Mehr Textstellen gibt es nicht; frag mit anderen Worten, um andere zu finden.
refused-passage-gone = Den Artikel zu dieser Textstelle gibt es hier nicht mehr.
refused-no-others = Zu dieser Frage wurde kein anderer Artikel gefunden.
refused-delete = Diese Antwort darf nur löschen, wer gefragt hat oder hier moderiert.
refused-again = Aus dieser Nachricht lässt sich die Frage nicht zurücklesen; stell sie noch einmal mit `/ask`.
find-wordless = In dieser Nachricht ist kein Wort, nach dem ich suchen könnte.
# $link führt zur Antwort im Kanal.
share-done = Jetzt können alle im Kanal die Antwort sehen: { $link }
share-again = Diese Antwort ist schon geteilt; du findest sie im Kanal.
share-nothing = Von dieser Antwort darf hier nichts für alle sichtbar werden; sie bleibt unter uns.
share-forbidden = In diesem Kanal darf ich nicht schreiben und deshalb nichts teilen; wende dich an das Team des Servers.
check-wordless = In dieser Nachricht ist kein Wort, das ich prüfen könnte.
check-again = Was diese Nachricht zeigt, lässt sich nicht zurücklesen; prüf das Zitat noch einmal.
check-hidden = Einen Artikel, den sie nennt, dürfen hier nicht alle sehen; die Prüfung bleibt unter uns.
# Eine Direktnachricht an die Person, die mich erwähnt hat; $channel ist ein Link zum Kanal.
reply-forbidden = Du hast mich in { $channel } etwas gefragt, aber dort darf ich nicht schreiben. Frag stattdessen mit `/ask` oder frag mich hier.
watch-same = Das beobachtest du schon; siehe `/watch list`.
watch-full-owner = Du darfst { $most } Fragen beobachten; entferne erst eine mit `/watch remove`.
watch-full-server = Auf diesem Server werden schon { $most } Fragen beobachtet, mehr dürfen es nicht sein; lass es dir als Direktnachricht melden, oder bitte die Moderation, welche zu entfernen.
watch-not-here = Melden kann ich mich nur in einem Kanal, in dem wir beide schreiben dürfen; lass es dir ohne `here` als Direktnachricht melden.
watch-not-yours = Das darf nur ändern, wer die Frage beobachtet, oder die Moderation des Servers, auf dem es gemeldet wird.
watch-gone = Das ist schon erledigt; siehe `/watch list`.
watch-zone = Eine Zeitzone „{ $typed }“ gibt es nicht; wähl eine aus der Liste, etwa Europe/Berlin.
refused-foreign = Dieser Button stammt aus einer anderen Version von mir und geht nicht mehr.

question-empty = Da ist keine Frage; stell eine in ein paar Worten.
question-wordless = In dieser Frage ist kein Wort; frag mit Worten.
question-too-long = Diese Frage hat { $length } Zeichen; stell sie in höchstens { $longest }.
article-unknown = Kein Artikel heißt „{ $name }“; sieh die Liste der Artikel durch.
article-unknown-near = Kein Artikel heißt „{ $name }“; am nächsten kommen { $titles }.

failure-permission = Diesen Befehl darfst du hier nicht benutzen; wende dich an das Team des Archivs.
failure-command-changed = Dieser Befehl hat sich geändert; lade Discord neu (Strg+R) und versuch es noch einmal.
failure-discord = Discord lässt mich das hier nicht tun: Worum es geht, ist nicht mehr da, oder ich darf es nicht.
failure-archive = Das Archiv kann gerade nicht antworten; warum, steht im Log unter { $reference }.
failure =
    Da ist bei mir etwas schiefgegangen; versuch es in einer Minute noch einmal. Bleibt es dabei, sag dem Team des Archivs Bescheid: Im Log steht es unter { $reference }.

## Ein geprüftes Zitat

check-verbatim = **Wörtlich im Archiv**, abgesehen von Groß- und Kleinschreibung, Abständen und typografischen Zeichen.
# $differences ist eine Liste der Texte darunter.
check-altered = **Im Archiv, aber verändert:** { $differences }.
check-number =
    { $count ->
        [one] eine Zahl geändert
       *[other] { $count } Zahlen geändert
    }
check-word =
    { $count ->
        [one] an einer Stelle Wörter geändert
       *[other] an { $count } Stellen Wörter geändert
    }
check-left-out =
    { $count ->
        [one] an einer Stelle Wörter weggelassen
       *[other] an { $count } Stellen Wörter weggelassen
    }
check-added =
    { $count ->
        [one] an einer Stelle Wörter hinzugefügt
       *[other] an { $count } Stellen Wörter hinzugefügt
    }
check-joined =
    { $count ->
        [one] verbunden, was getrennt steht
       *[other] { $count }-mal verbunden, was getrennt steht
    }
# $numbers ist eine Liste der Paare darunter.
check-numbers = **Achte auf die Zahlen:** { $numbers }.
check-number-pair = „{ $said }“, wo im Artikel „{ $written }“ steht
check-omission = Wo Wörter fehlen, sagt das Zitat es mit Auslassungspunkten.
check-legend = ~~Durchgestrichen~~ ist, was nicht im Artikel steht, **fett**, was stattdessen dort steht.
check-absent = **Nicht im Archiv**, weder wörtlich noch annähernd, soweit du es hier lesen darfst.
check-nearest = Artikel, die ihm dem Sinn nach nahe sind:
check-not-all = In dieser Nachricht steht mehr, als ich auf einmal prüfe; geprüft ist nur der Anfang.
