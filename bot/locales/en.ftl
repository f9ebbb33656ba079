### Everything that Footnote says in Discord.
### Markup is Discord's Markdown; what an argument holds is escaped already.

## Commands, as Discord's own menus show them

command-ask = Ask the archive a question
command-ask-question = What you want to know
command-ask-collection = Only articles of this collection
command-ask-author = Only articles by this author
command-ask-source = Only articles of this publication
command-ask-after = Only articles published on or after this date, such as 2025-03-01
command-ask-before = Only articles published before this date, such as 2025-03-01
command-ask-private = Show the answer to you alone
menu-find = Find in the archive
menu-check = Check a quote
command-article = Look an article up by its title
command-article-title = Its title, a heading of it, or words of either
command-article-private = Show the article to you alone
command-articles = Browse the articles
command-articles-collection = { command-ask-collection }
command-articles-author = { command-ask-author }
command-articles-source = { command-ask-source }
command-articles-after = { command-ask-after }
command-articles-before = { command-ask-before }
command-sources = Browse the publications and collections
command-watch = Questions that I keep for you, and tell you of
command-watch-add = Keep a question, and be told what answers it in new or changed articles
command-watch-add-question = What you want to be told about
command-watch-add-here = Tell it in this channel, and not by direct message
command-watch-add-hour = Tell it once a day, at this hour (0 to 23) of your day
command-watch-add-timezone = Your time zone, such as Europe/Paris, for the hour
command-watch-add-collection = { command-ask-collection }
command-watch-add-author = { command-ask-author }
command-watch-add-source = { command-ask-source }
command-watch-list = Show the questions that I keep for you
command-watch-remove = Keep a question no longer
command-watch-remove-watch = The question
command-timeline = Follow a subject through the articles, oldest first
command-timeline-subject = What it is about, in a few words
command-timeline-collection = { command-ask-collection }
command-timeline-author = { command-ask-author }
command-timeline-source = { command-ask-source }
command-timeline-after = { command-ask-after }
command-timeline-before = { command-ask-before }
command-timeline-private = Show the timeline to you alone
command-help = What I can do, and how to ask
command-reindex = Read the sources again and publish what changed
command-reindex-source = One source alone: pick it, or give the web address of a page, a feed or a sitemap
command-reindex-full = Read and embed every article again, changed or not

## Welcome, help, courtesy

welcome =
    Hello! I answer questions from an archive of articles, word for word and with the source.
    Ask with `/ask`, mention me with a question, or send me a direct message. `/help` says what else I can do.
# In the help, $ask and the like are commands that a click begins.
help-ask =
    ### How to ask
    • { $ask } a question, and narrow it by author, source, collection or date.
help-ask-mention = • Mention me with a question.
help-ask-reply = • Reply to my answer, or press **Follow up**, to ask on.
help-ask-follow-up = • Press **Follow up** below my answer to ask on.
help-ask-menu = • Open a message's menu and choose Apps › **{ menu-find }**: only you see the answer.
help-ask-check = • Or choose **{ menu-check }** there: is what it quotes in the archive, and what differs?
help-ask-message = • Send me a direct message: only you read the answer.
help-ask-here = • Write your question here; you need no command.
help-ask-listening = • Ask in { $channels }: I answer there what nobody else has answered.
help-quoted = Every answer is quoted word for word, with the article it stands in. When the archive does not answer, I say so.
help-look-up =
    ### How to look up
    • { $article } finds one article by its title or by a heading in it; typos are forgiven.
    • { $timeline } follows a subject through the articles, oldest first.
    • { $articles } lists them all, or those you narrow it to.
    • { $sources } lists the publications and collections they are from.
help-come-back =
    ### How I come back to you
    • { $watch } keeps a question, and I tell you what new articles say to it.
    • Press **{ refusal-tell }** when I have no answer, and I tell you once I have one.
help-admin =
    ### For you, who administer the archive
    • { $reindex } reads the sources again and publishes what changed; questions go on meanwhile.
courtesy-greeting = Hello! Ask me a question, and I look for the passages that answer it.
courtesy-thanks = You are welcome! Ask whenever you like.
how-to-ask = Ask me a question: mention me and write it, or use `/ask`.
unheard = I cannot read that message. Mention me in it, or press **Follow up** below my answer, and I look for it.
questions-most = I answer { $count } questions of one message; ask the others anew.
listening-note = I answer questions in this channel that nobody else has answered; who asked can delete this in the menu.
archive-empty = The archive holds no article that you may read here yet.

## The head of an answer

# A word or a title, quoted in a list of them.
quoted = “{ $words }”
# The earlier question must stand between “ and the last ”: it is read back from the message.
following = ↳ following up “{ $question }”
narrowed = Only { $filters }
narrowed-author = by { $value }
narrowed-source = in { $value }
narrowed-collection = collection { $value }
narrowed-after = from { $date }
narrowed-before = until { $date }
taken = I took { $pairs }
taken-pair = “{ $word }” for “{ $meant }”
period = Only articles published { $words } ({ $dates })
period-until = up to { $last }
period-from = from { $first } on
period-from-time = from { $time } on { $first } on

## An answer and its controls

also-in = also in { $articles }
same-article = the same article
more-unlikely = Less likely to answer:
and-more = { $count } more
answer-more = More passages
answer-any-date = Any date
answer-in-context = In context
answer-follow-up = Follow up
answer-follow-up-hint = Ask on from this answer
answer-useful = Useful
answer-not-useful = Not useful
answer-share = Share in the channel
answer-menu = More about this answer …
answer-in-context-hint = The passage in its article
answer-why = Why this?
answer-why-hint = What matched, and how sure I am
answer-others = Other articles
answer-others-hint = The articles found besides
answer-dated = In order of date
answer-dated-hint = What the articles say on it, oldest first
answer-unfiltered = Without the filters
answer-unfiltered-hint = Ask again in the whole archive
answer-delete = Delete
answer-delete-hint = For who asked, and for moderators
answer-also-found = Also found:
follow-up-title = Follow up
follow-up-label = Your question
context-before = ◀ Text before
context-after = Text after ▶
context-article = Open the article
context-passage = Passage { $number }
standing-changed = The article has changed since; this is what was quoted.
standing-withdrawn = The article has been withdrawn since; this is what was quoted.
corrected-withdrawn = **Correction to { $count ->
        [one] footnote
       *[other] footnotes
    } { $places }:** withdrawn on { $date }; quoted as it stood before.
corrected-changed = **Correction to { $count ->
        [one] footnote
       *[other] footnotes
    } { $places }:** changed on { $date }; the quoted words no longer stand in the article.
corrected-kept = **Note on { $count ->
        [one] footnote
       *[other] footnotes
    } { $places }:** other parts were changed on { $date }; the quoted words still stand in the article.
correction-in-short = **Corrected:** { $places } ({ $date })
correction-over = **Note on { $count ->
        [one] footnote
       *[other] footnotes
    } { $places }:** the article stands again as it is quoted.
vote-reason = What was wrong?
vote-reason-title = What was wrong?
vote-reason-label = In a few words, for the archive's people
vote-reason-noted = Noted, thank you; the people who run the archive can read it.
vote-useful = Noted, thank you.
vote-not-useful = Noted, thank you; asking in other words may help.

why-words = It has { $words } of the question.
why-no-words = It has no word of the question, but is near to it in meaning.
why-very-likely = That it answers is very likely.
why-likely = That it answers is likely.
why-perhaps = It may answer.
why-unlikely = That it answers is unlikely.
why-raised = Readers’ votes place it higher.
why-lowered = Readers’ votes place it lower.
why-confidence = confidence { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-sentence = meaning of its best sentence { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-passage = of the passage { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-keyword = words { NUMBER($number, minimumFractionDigits: 1, maximumFractionDigits: 1) } (BM25)
why-score = together { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-reranker = cross-encoder { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-threshold = An answer needs a confidence of { NUMBER($threshold, minimumFractionDigits: 2, maximumFractionDigits: 2) }.

## A refusal

refusal = The archive does not answer that.
refusal-filtered = No article matches; ask again without the filters.
refusal-unseen = No article contains { $words }.
refusal-nearest = Nearest by meaning, though none of them answers:
refusal-rephrase = Ask in other words
refusal-tell = Tell me when it does

## Articles

card-minutes =
    { $count ->
        [one] { $count } minute to read
       *[other] { $count } minutes to read
    }
card-collection = collection { $name }
card-changed = **An earlier version.** The article has changed since; this is how it was.
card-withdrawn = **A withdrawn article.** The archive does not hold it any more; this is how it last was.
card-sections = **Sections** { $sections }
card-read = Read
card-current = As it is now
card-related = Related articles
card-go-to = Go to a section …
card-more-sections = More sections …
card-versions = Other versions …
card-version = As it was from { $day }
card-version-current = As it is now, from { $day }
# $time is in UTC.
card-version-time = { $day }, { $time } UTC
card-more-versions = More versions …
# A choice of `/article`, in plain text: an article whose title was $once before.
choice-once = { $title } (once “{ $once }”)
timeline-count =
    { $count ->
        [one] One article
       *[other] { $count } articles
    } on it, oldest first
timeline-cut = The { $count } likeliest articles on it, oldest first
timeline-undated =
    { $count ->
        [one] One more article says no date and is left out.
       *[other] { $count } more articles say no date and are left out.
    }
timeline-none-dated = The articles on it say no date, so they have no order; ask with `/ask`.
timeline-menu = Read one in its article …
page-of = Page { $page } of { $pages }
page-first = First
page-back = Back
page-next = Next
page-last = Last
page-card = About the article
list-count =
    { $count ->
        [one] { $count } article
       *[other] { $count } articles
    }
list-open = Open an article …
list-by-title = Sort by title
list-by-newest = Sort by date
list-place-newest = { $place }, the newest first
list-place-title = { $place }, by title
list-empty = There is none that you may read here. Narrow less, or see which publications and collections there are.
list-all = All articles
list-sources = Publications and collections
sources-count =
    { $sources ->
        [one] { $sources } publication
       *[other] { $sources } publications
    }, { $collections ->
        [one] { $collections } collection
       *[other] { $collections } collections
    }
# $name may be in bold.
sources-collection = Collection { $name }
sources-newest = the newest of { $day }
sources-open = List the articles of …

## Watches: questions that are kept

notice-once = The archive now answers what you asked. I keep your question no longer.
notice-found = New in the archive, for a question that you watch:
notice-digest = Your digest: new in the archive, for what you watch.
notice-more =
    { $count ->
        [one] … and { $count } more passage
       *[other] … and { $count } more passages
    }
notice-stay = The question that you watch, “{ $question }”, has found nothing since { $since }. Shall I keep watching? If I hear nothing until { $ends }, I stop.
watch-keep = Keep watching
watch-stop = Stop watching
watch-direct = by direct message
watch-here = in { $channel }
# $where is one of the two before.
watch-at-once = { $where }, as soon as something is found
watch-daily = { $where }, once a day at { $hour } ({ $zone })
tell-added = I keep this question and tell you once, when the archive answers it: { $place }.
tell-direct = By direct message instead
watch-added = I keep this question and tell you what answers it in new or changed articles: { $place }.
watch-direct-quotes = By direct message I quote what everybody may read.
watch-next = The next digest is due { $when }, if there is something to tell.
watch-already = What the archive has already:
watch-none = You watch no question. Use `/watch add`, or press **{ refusal-tell }** when I have no answer.
watch-count =
    { $count ->
        [one] You watch { $count } question
       *[other] You watch { $count } questions
    }
watch-once = told once
watch-standing = told each time
watch-remove = Stop watching …
watch-missed =
    { $count ->
        [one] { $count } notice could not be delivered; allow me to write to you, or read it here.
       *[other] { $count } notices could not be delivered; allow me to write to you, or read them here.
    }
watch-show-missed = Show what I found
watch-removed = I no longer watch “{ $question }”, and have forgotten it.
watch-stays = I keep watching.

## Reindexing

reindex-title = Reindexing
reindex-starting = Starting; questions go on being answered.
reindex-nearly = Nearly done.
reindex-counted =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }{ $passages ->
        [0] { "" }
        [one] , { $passages } passage
       *[other] , { $passages } passages
    }
reindex-reading = Reading: { reindex-counted }
reindex-embedding = Embedding: { reindex-counted }
reindex-left = { $done } ({ $share }), about { $left } left
reindex-cancel = Cancel
reindex-cancelled = Nothing was changed.
reindex-cancelled-title = Reindexing cancelled
reindex-failed-title = Reindexing failed
reindex-exit = Exit code { $code }.
reindex-done-title = Reindexing done
reindex-total =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    } in { $passages ->
        [one] { $passages } passage
       *[other] { $passages } passages
    } ({ $added } added, { $changed } changed, { $withdrawn } withdrawn, { $unchanged } unchanged), in { $seconds }.
reindex-published = Generation { $generation } published: { reindex-total }
reindex-up-to-date = Generation { $generation } is up to date: { reindex-total }
reindex-answers-on = Generation { $generation } answers on: { reindex-total }
reindex-stopped = **Not published**: the new index answers { $after } of { $asked } golden questions, the old one { $before }. `footnote index` says which fell.
reindex-added = **Added**: { $titles }
reindex-changed = **Changed**: { $titles }
reindex-withdrawn = **Withdrawn**: { $titles }
reindex-failed = **Failed**: { $location } { $reason }.
reindex-failed-more =
    … and { $count ->
        [one] { $count } more failure
       *[other] { $count } more failures
    }; `footnote articles --failed` lists them.
reindex-unopened =
    I cannot open it: it was made with other settings than those I run with, or it is damaged. Generation { $generation } answers; restart me, or look into the log.
reindex-roll-back = Roll back
reindex-rolled-back = Generation { $generation } answers again.
reindex-busy = { $starter } is reindexing already; it is at “{ $progress }”.
reindex-no-generation = There is no generation { $generation } any more to roll back to.
reindex-ended = That run has ended; there is nothing to cancel.
reindex-source = Pick a source from the list, or give a web address, beginning with https://.
admin-only =
    Only those who administer the archive may do that. Its operator names them in the settings, under `discord.admins`; your id is `{ $user }`.

## What cannot be done

# $option is an option's name as Discord shows it.
refused-date = `{ $option }` takes a date such as 2025-03-01; write it so.
refused-cooldown = One question at a time, please; ask again { $when }.
refused-none-visible = There is no other article that you may read here.
refused-answer-expired = This answer is too old for that; ask again.
refused-article-gone = That article is not here any more; look it up anew.
refused-list-expired = This list is too old to leaf on; use `/articles` again.
refused-source-gone = No article of it is here any more that you may read; use `/sources` again.
refused-no-more = There are no more passages; ask in other words to find others.
refused-passage-gone = The article of this passage is not here any more.
refused-no-others = No other article was found for this question.
refused-delete = Only who asked, or a moderator, may delete this answer.
refused-again = That question cannot be read back from the message; ask it again with `/ask`.
find-wordless = That message has no words that I could look for.
# $link leads to the answer in the channel.
share-done = Everyone in the channel can see it now: { $link }
share-again = That answer is shared already; look for it in the channel.
share-nothing = Nothing of that answer may be seen by everyone here, so it stays between us.
share-forbidden = I may not write in this channel, so I cannot share it; ask the people who run the server.
check-wordless = That message has no words that I could check.
check-again = What that message shows cannot be read back from it; check the quote again.
check-hidden = Not everyone here may see an article that it names, so it stays between us.
# A direct message to who mentioned me; $channel is a link to the channel.
reply-forbidden = You asked me something in { $channel }, but I may not write there. Ask with `/ask` instead, or ask me here.
watch-same = You watch that already; see `/watch list`.
watch-full-owner = You may watch { $most } questions; remove one by `/watch remove` first.
watch-full-server = In this server { $most } questions are watched, as many as may be; be told by direct message, or ask its moderators to remove some.
watch-not-here = I may only tell you in a channel where both of us may write; be told by direct message, without `here`.
watch-not-yours = Only who watches it, or a moderator of the server it is told in, may change that.
watch-gone = That is settled already; see `/watch list`.
watch-zone = There is no time zone “{ $typed }”; choose one from the list, such as Europe/Paris.
refused-foreign = This button is from another version of me and no longer works.

question-empty = There is no question; ask one in a few words.
question-wordless = There is no word in that question; ask in words.
question-too-long = That question has { $length } characters; ask in { $longest } or fewer.
article-unknown = No article is called “{ $name }”; look through the list of articles.
article-unknown-near = No article is called “{ $name }”; the nearest are { $titles }.

failure-permission = You may not use this command here; ask the people who run the archive.
failure-command-changed = That command has changed; reload Discord (Ctrl+R) and try again.
failure-discord = Discord does not let me do that here: what it is about is gone, or I may not.
failure-archive = The archive cannot answer now; its operator finds why in the log at { $reference }.
failure =
    That went wrong on my side; try again in a minute. If it stays so, tell the people who run the archive; they find it in the log at { $reference }.

## A quote, checked

check-verbatim = **Word for word in the archive**, whatever the case of its letters, its spacing and its typographic marks.
# $differences is a list of the strings below.
check-altered = **In the archive, but altered:** { $differences }.
check-number =
    { $count ->
        [one] a number changed
       *[other] { $count } numbers changed
    }
check-word =
    { $count ->
        [one] words changed in one place
       *[other] words changed in { $count } places
    }
check-left-out =
    { $count ->
        [one] words left out in one place
       *[other] words left out in { $count } places
    }
check-added =
    { $count ->
        [one] words added in one place
       *[other] words added in { $count } places
    }
check-joined =
    { $count ->
        [one] words joined that stand apart
       *[other] words joined that stand apart, { $count } times
    }
# $numbers is a list of the pairs below it.
check-numbers = **Mind the numbers:** { $numbers }.
check-number-pair = “{ $said }” where the article has “{ $written }”
check-omission = It leaves words out where it says so by an ellipsis.
check-legend = ~~Struck through~~ is what the article does not have, **bold** what it has instead.
check-absent = **Not in the archive**, neither word for word nor nearly so, as far as you may read it here.
check-nearest = Articles that are near to it by meaning:
check-not-all = There is more in that message than I check at once; only its beginning was checked.
