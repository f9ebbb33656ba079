### Tout ce que Footnote dit dans Discord.
### Devant « ; ! ? » et dans les guillemets, l’espace est fine et insécable ; devant « : », insécable.

## Les commandes, telles que les menus de Discord les montrent

command-ask = Poser une question aux archives
command-ask-question = Ce que vous voulez savoir
command-ask-collection = Seulement les articles de cette collection
command-ask-author = Seulement les articles de cette personne
command-ask-source = Seulement les articles de cette publication
command-ask-after = Seulement les articles parus à partir de cette date, par exemple 2025-03-01
command-ask-before = Seulement les articles parus avant cette date, par exemple 2025-03-01
command-ask-private = N’afficher la réponse que pour vous
menu-find = Chercher dans les archives
menu-check = Vérifier une citation
command-article = Chercher un article par son titre
command-article-title = Son titre, un de ses intertitres, ou des mots de l’un d’eux
command-article-private = N’afficher l’article que pour vous
command-articles = Parcourir les articles
command-articles-collection = { command-ask-collection }
command-articles-author = { command-ask-author }
command-articles-source = { command-ask-source }
command-articles-after = { command-ask-after }
command-articles-before = { command-ask-before }
command-sources = Parcourir les publications et les collections
command-watch = Les questions que je garde pour vous, et dont je vous donne des nouvelles
command-watch-add = Garder une question et apprendre ce qui y répond dans les articles nouveaux ou modifiés
command-watch-add-question = Ce dont vous voulez être informé
command-watch-add-here = L’annoncer dans ce salon plutôt que par message privé
command-watch-add-hour = L’annoncer une fois par jour, à cette heure (0 à 23) de votre journée
command-watch-add-timezone = Votre fuseau horaire pour cette heure, par exemple Europe/Paris
command-watch-add-collection = { command-ask-collection }
command-watch-add-author = { command-ask-author }
command-watch-add-source = { command-ask-source }
command-watch-list = Montrer les questions que je garde pour vous
command-watch-remove = Ne plus garder une question
command-watch-remove-watch = La question
command-timeline = Suivre un sujet d’un article à l’autre, du plus ancien au plus récent
command-timeline-subject = Le sujet, en quelques mots
command-timeline-collection = { command-ask-collection }
command-timeline-author = { command-ask-author }
command-timeline-source = { command-ask-source }
command-timeline-after = { command-ask-after }
command-timeline-before = { command-ask-before }
command-timeline-private = N’afficher la chronologie que pour vous
command-help = Ce que je sais faire, et comment poser une question
command-reindex = Relire les sources et publier ce qui a changé
command-reindex-source = Une seule source : de la liste, ou l’adresse web d’une page, d’un flux ou d’un plan de site
command-reindex-full = Relire et vectoriser de nouveau tous les articles, même inchangés

## Bienvenue, aide, politesse

welcome =
    Bonjour ! Je réponds aux questions à partir d’archives d’articles, mot pour mot et avec la source.
    Posez votre question avec `/ask`, mentionnez-moi avec une question ou envoyez-moi un message privé. `/help` dit ce que je sais faire d’autre.
help-ask =
    ### Pour poser une question
    • { $ask } pose une question ; vous pouvez la limiter à une personne, une publication, une collection ou des dates.
help-ask-mention = • Mentionnez-moi avec une question.
help-ask-reply = • Répondez à ma réponse ou appuyez sur **{ answer-follow-up }** pour aller plus loin.
help-ask-follow-up = • Appuyez sur **{ answer-follow-up }** sous ma réponse pour aller plus loin.
help-ask-menu = • Dans le menu d’un message qui pose une question, sous « Applications », choisissez **{ menu-find }** : la réponse n’est visible que par vous.
help-ask-check = • Ou choisissez-y **{ menu-check }** : la citation est-elle dans les archives, et qu’est-ce qui diffère ?
help-ask-message = • Envoyez-moi un message privé : la réponse n’est visible que par vous.
help-ask-here = • Écrivez votre question ici, sans commande.
help-ask-listening = • Posez votre question dans { $channels } : j’y réponds quand personne d’autre ne l’a fait.
help-quoted = Chaque réponse est citée mot pour mot, avec l’article dont elle vient. Quand les archives ne répondent pas, je le dis.
help-look-up =
    ### Pour trouver un article
    • { $article } le trouve par son titre ou par un intertitre, même avec des fautes de frappe.
    • { $timeline } suit un sujet d’un article à l’autre, du plus ancien au plus récent.
    • { $articles } les liste tous, ou seulement ceux que vous précisez.
    • { $sources } liste les publications et les collections dont ils viennent.
help-come-back =
    ### Pour avoir de mes nouvelles
    • { $watch } garde une question, et je vous dis ce que les nouveaux articles y répondent.
    • Appuyez sur **{ refusal-tell }** quand je n’ai pas de réponse, et je vous préviens dès que j’en ai une.
help-admin =
    ### Pour vous qui administrez les archives
    • { $reindex } relit les sources et publie ce qui a changé ; les questions continuent pendant ce temps.
courtesy-greeting = Bonjour ! Posez-moi une question, et je cherche les passages qui y répondent.
courtesy-thanks = Avec plaisir ! Revenez quand vous voulez.
how-to-ask = Posez-moi une question : mentionnez-moi et écrivez-la, ou utilisez `/ask`.
unheard = Je ne peux pas lire ce message. Mentionnez-moi dedans ou appuyez sur **{ answer-follow-up }** sous ma réponse, et je cherche.
questions-most = Je réponds à { $count } questions par message ; reposez les autres.
listening-note = Dans ce salon, je réponds aux questions auxquelles personne d’autre n’a répondu ; qui a posé la question peut supprimer cette réponse dans le menu.
archive-empty = Les archives ne contiennent encore aucun article que vous puissiez lire ici.

## L’en-tête d’une réponse

quoted = « { $words } »
# La question précédente doit se trouver entre « et le dernier » : elle est relue dans le message.
following = ↳ suite de « { $question } »
narrowed = Seulement les articles { $filters }
narrowed-author = écrits par { $value }
narrowed-source = parus dans { $value }
narrowed-collection = de la collection { $value }
narrowed-after = parus à partir du { $date }
narrowed-before = parus jusqu’au { $date }
taken = J’ai compris { $pairs }
taken-pair = « { $word } » comme « { $meant } »
period = Seulement les articles de la période « { $words } » ({ $dates })
period-until = jusqu’au { $last }
period-from = à partir du { $first }
period-from-time = à partir du { $first } à { $time }

## Une réponse et ses commandes

also-in = aussi dans { $articles }
same-article = le même article
more-unlikely = Réponses moins probables :
and-more =
    { $count ->
        [one] { $count } autre
       *[other] { $count } autres
    }
answer-more = Autres passages
answer-any-date = Toutes les dates
answer-in-context = En contexte
answer-follow-up = Poursuivre
answer-follow-up-hint = Poursuivre à partir de cette réponse
answer-useful = Utile
answer-not-useful = Pas utile
answer-share = Partager dans le salon
answer-menu = Plus sur cette réponse…
answer-in-context-hint = Le passage dans son article
answer-why = Pourquoi ?
answer-why-hint = Ce qui correspond, et avec quelle certitude
answer-others = Autres articles
answer-others-hint = Les autres articles trouvés
answer-dated = Par ordre de date
answer-dated-hint = Ce qu’en disent les articles, du plus ancien au plus récent
answer-unfiltered = Sans les filtres
answer-unfiltered-hint = Reposer la question dans toutes les archives
answer-delete = Supprimer
answer-delete-hint = Pour la personne qui a posé la question et la modération
answer-also-found = Également trouvés :
follow-up-title = Poursuivre
follow-up-label = Votre question
context-before = ◀ Texte précédent
context-after = Texte suivant ▶
context-article = Ouvrir l’article
context-passage = Passage { $number }
standing-changed = L’article a été modifié depuis ; voici le texte cité à l’époque.
standing-withdrawn = L’article a été retiré depuis ; voici le texte cité à l’époque.
corrected-withdrawn = **Correction, { $count ->
        [one] note
       *[other] notes
    } { $places } :** article retiré le { $date } ; voici le texte cité à l’époque.
corrected-changed = **Correction, { $count ->
        [one] note
       *[other] notes
    } { $places } :** article modifié le { $date } ; les mots cités n’y figurent plus.
corrected-kept = **Précision, { $count ->
        [one] note
       *[other] notes
    } { $places } :** d’autres passages de l’article ont été modifiés le { $date } ; les mots cités y figurent toujours.
correction-in-short = **Corrigé :** { $places } ({ $date })
correction-over = **Précision, { $count ->
        [one] note
       *[other] notes
    } { $places } :** l’article se lit de nouveau tel qu’il est cité.
vote-reason = Quel était le problème ?
vote-reason-title = Quel était le problème ?
vote-reason-label = En quelques mots, pour l’équipe des archives
vote-reason-noted = C’est noté, merci ! L’équipe des archives peut le lire.
vote-useful = C’est noté, merci !
vote-not-useful = C’est noté, merci ! Demander avec d’autres mots peut aider.

why-words = On y trouve { $words } de la question.
why-no-words = On n’y trouve aucun mot de la question, mais le sens en est proche.
why-very-likely = Ce passage y répond très probablement.
why-likely = Ce passage y répond probablement.
why-perhaps = Ce passage y répond peut-être.
why-unlikely = Ce passage n’y répond probablement pas.
why-raised = Les votes des lecteurs le font monter.
why-lowered = Les votes des lecteurs le font descendre.
why-confidence = certitude { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-sentence = sens de sa meilleure phrase { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-passage = du passage { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-keyword = mots { NUMBER($number, minimumFractionDigits: 1, maximumFractionDigits: 1) } (BM25)
why-score = ensemble { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-reranker = cross-encoder { NUMBER($number, minimumFractionDigits: 2, maximumFractionDigits: 2) }
why-threshold = Une réponse demande une certitude de { NUMBER($threshold, minimumFractionDigits: 2, maximumFractionDigits: 2) }.

## Pas de réponse

refusal = Les archives ne répondent pas à cette question.
refusal-filtered = Aucun article ne correspond ; reposez la question sans les filtres.
refusal-unseen = Aucun article ne contient { $words }.
refusal-nearest = Les plus proches par le sens, bien qu’aucun n’y réponde :
refusal-rephrase = Reformuler
refusal-tell = Me prévenir le moment venu

## Articles

card-minutes =
    { $count ->
        [one] { $count } minute de lecture
       *[other] { $count } minutes de lecture
    }
card-collection = collection { $name }
card-changed = **Une version antérieure.** L’article a été modifié depuis ; le voici tel qu’il était.
card-withdrawn = **Un article retiré.** Les archives ne le contiennent plus ; le voici tel qu’il était à la fin.
card-sections = **Sections** { $sections }
card-read = Lire
card-current = Version actuelle
card-related = À lire aussi
card-go-to = Aller à une section…
card-more-sections = Plus de sections…
card-versions = Autres versions…
card-version = Version du { $day }
card-version-current = Version actuelle, du { $day }
# $time est en UTC.
card-version-time = { $day } à { $time } UTC
card-more-versions = Plus de versions…
# Un choix de `/article`, en texte brut : un article dont le titre était $once autrefois.
choice-once = { $title } (anciennement « { $once } »)
timeline-count =
    { $count ->
        [one] Un article à ce sujet
       *[other] { $count } articles à ce sujet
    }, du plus ancien au plus récent
timeline-cut = Les { $count } articles les plus proches de ce sujet, du plus ancien au plus récent
timeline-undated =
    { $count ->
        [one] Un autre article ne porte pas de date et n’y figure pas.
       *[other] { $count } autres articles ne portent pas de date et n’y figurent pas.
    }
timeline-none-dated = Les articles à ce sujet ne portent pas de date et n’ont donc pas d’ordre ; posez la question avec `/ask`.
timeline-menu = Lire un passage dans son article…
page-of = Page { $page } sur { $pages }
page-first = Début
page-back = Précédent
page-next = Suivant
page-last = Fin
page-card = À propos de l’article
list-count =
    { $count ->
        [one] { $count } article
       *[other] { $count } articles
    }
list-open = Ouvrir un article…
list-by-title = Trier par titre
list-by-newest = Trier par date
list-place-newest = { $place }, les plus récents d’abord
list-place-title = { $place }, par titre
list-empty = Il n’y en a aucun que vous puissiez lire ici. Précisez moins, ou voyez quelles publications et collections il y a.
list-all = Tous les articles
list-sources = Publications et collections
sources-count =
    { $sources ->
        [one] { $sources } publication
       *[other] { $sources } publications
    }, { $collections ->
        [one] { $collections } collection
       *[other] { $collections } collections
    }
# $name peut être en gras.
sources-collection = Collection { $name }
sources-newest = dernier paru le { $day }
sources-open = Lister les articles de…

## Questions suivies

notice-once = Les archives répondent maintenant à votre question. Je ne la garde plus.
notice-found = Du nouveau dans les archives, pour une question que vous suivez :
notice-digest = Votre résumé : du nouveau dans les archives, pour ce que vous suivez.
notice-more =
    { $count ->
        [one] … et { $count } autre passage
       *[other] … et { $count } autres passages
    }
notice-stay = La question que vous suivez, « { $question } », n’a rien trouvé depuis { $since }. Dois-je continuer ? Sans réponse de votre part d’ici { $ends }, j’arrête.
watch-keep = Continuer
watch-stop = Ne plus suivre
watch-direct = par message privé
watch-here = dans { $channel }
# $where est l’un des deux précédents.
watch-at-once = { $where }, dès que je trouve quelque chose
watch-daily = { $where }, une fois par jour à { $hour } ({ $zone })
tell-added = Je garde cette question et vous préviens une fois, quand les archives y répondent : { $place }.
tell-direct = Plutôt par message privé
watch-added = Je garde cette question et vous annonce ce qui y répond dans les articles nouveaux ou modifiés : { $place }.
watch-direct-quotes = Par message privé, je cite ce que tout le monde peut lire.
watch-next = Le prochain résumé est prévu { $when }, s’il y a quelque chose à dire.
watch-already = Ce que les archives ont déjà :
watch-none = Vous ne suivez aucune question. Utilisez `/watch add`, ou appuyez sur **{ refusal-tell }** quand je n’ai pas de réponse.
watch-count =
    { $count ->
        [one] Vous suivez { $count } question
       *[other] Vous suivez { $count } questions
    }
watch-once = annoncée une fois
watch-standing = annoncée à chaque fois
watch-remove = Ne plus suivre…
watch-missed =
    { $count ->
        [one] { $count } annonce n’a pas pu être remise ; permettez-moi de vous écrire, ou lisez-la ici.
       *[other] { $count } annonces n’ont pas pu être remises ; permettez-moi de vous écrire, ou lisez-les ici.
    }
watch-show-missed = Montrer ce que j’ai trouvé
watch-removed = J’ai cessé de suivre « { $question } » et oublié la question.
watch-stays = Je continue.

## Réindexation

reindex-title = Réindexation en cours
reindex-starting = C’est parti ; je continue de répondre aux questions.
reindex-nearly = Presque fini.
reindex-counted =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }{ $passages ->
        [0] { "" }
        [one] , { $passages } passage
       *[other] , { $passages } passages
    }
reindex-reading = Lecture : { reindex-counted }
reindex-embedding = Vectorisation : { reindex-counted }
reindex-left = { $done } ({ $share }), encore { $left } environ
reindex-cancel = Annuler
reindex-cancelled = Rien n’a été modifié.
reindex-cancelled-title = Réindexation annulée
reindex-failed-title = Échec de la réindexation
reindex-exit = Code de sortie { $code }.
reindex-done-title = Réindexation terminée
reindex-total =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    } en { $passages ->
        [one] { $passages } passage
       *[other] { $passages } passages
    } ({ $added ->
        [one] { $added } ajouté
       *[other] { $added } ajoutés
    }, { $changed ->
        [one] { $changed } modifié
       *[other] { $changed } modifiés
    }, { $withdrawn ->
        [one] { $withdrawn } retiré
       *[other] { $withdrawn } retirés
    }, { $unchanged ->
        [one] { $unchanged } inchangé
       *[other] { $unchanged } inchangés
    }), en { $seconds }.
reindex-published = La génération { $generation } est publiée : { reindex-total }
reindex-up-to-date = La génération { $generation } est à jour : { reindex-total }
reindex-answers-on = La génération { $generation } continue de répondre : { reindex-total }
reindex-stopped = **Non publié** : le nouvel index répond à { $after } des { $asked } questions témoins, l’ancien à { $before }. `footnote index` dit lesquelles sont perdues.
reindex-added = **Ajoutés** : { $titles }
reindex-changed = **Modifiés** : { $titles }
reindex-withdrawn = **Retirés** : { $titles }
reindex-failed = **Échec** : { $location } { $reason }.
reindex-failed-more =
    … et { $count ->
        [one] { $count } autre échec
       *[other] { $count } autres échecs
    } ; `footnote articles --failed` en donne la liste.
reindex-unopened =
    Je ne peux pas l’ouvrir : elle a été faite avec d’autres paramètres que les miens, ou elle est endommagée. La génération { $generation } répond ; redémarrez-moi, ou consultez le journal.
reindex-roll-back = Revenir en arrière
reindex-rolled-back = La génération { $generation } répond de nouveau.
reindex-busy = { $starter } a déjà lancé une réindexation ; elle en est à « { $progress } ».
reindex-no-generation = La génération { $generation } n’existe plus ; impossible d’y revenir.
reindex-ended = Cette réindexation est terminée ; il n’y a rien à annuler.
reindex-source = Choisissez une source dans la liste, ou donnez une adresse web qui commence par https://.
admin-only =
    C’est réservé aux personnes qui administrent les archives. Elles sont inscrites dans les paramètres, sous `discord.admins` ; votre identifiant est `{ $user }`.

## Ce qui n’est pas possible

# $option est le nom d’une option, tel que Discord le montre.
refused-date = `{ $option }` attend une date comme 2025-03-01 ; écrivez-la ainsi.
refused-cooldown = Une question à la fois, s’il vous plaît ; réessayez { $when }.
refused-none-visible = Il n’y a pas d’autre article que vous puissiez lire ici.
refused-answer-expired = Cette réponse est trop ancienne pour cela ; reposez la question.
refused-article-gone = Cet article n’est plus ici ; cherchez-le de nouveau.
refused-list-expired = Cette liste est trop ancienne pour être feuilletée ; relancez `/articles`.
refused-source-gone = Il n’y a plus ici aucun de ses articles que vous puissiez lire ; relancez `/sources`.
refused-no-more = Il n’y a plus d’autre passage ; demandez avec d’autres mots pour en trouver.
refused-passage-gone = L’article de ce passage n’est plus ici.
refused-no-others = Aucun autre article n’a été trouvé pour cette question.
refused-delete = Seules la personne qui a posé la question et la modération peuvent supprimer cette réponse.
refused-again = Je ne peux pas relire la question dans ce message ; reposez-la avec `/ask`.
find-wordless = Ce message ne contient aucun mot que je puisse chercher.
# $link mène à la réponse dans le salon.
share-done = Tout le salon peut maintenant voir la réponse : { $link }
share-again = Cette réponse est déjà partagée ; vous la trouverez dans le salon.
share-nothing = Rien de cette réponse ne peut être montré à tout le monde ici ; elle reste entre nous.
share-forbidden = Je n’ai pas le droit d’écrire dans ce salon et ne peux donc rien y partager ; adressez-vous à l’équipe du serveur.
check-wordless = Ce message ne contient aucun mot que je puisse vérifier.
check-again = Je ne peux pas relire ce que montre ce message ; vérifiez la citation de nouveau.
check-hidden = Un article nommé ici n’est pas visible par tout le monde dans ce salon ; la vérification reste entre nous.
# Un message privé à la personne qui m’a mentionné ; $channel est un lien vers le salon.
reply-forbidden = Vous m’avez posé une question dans { $channel }, mais je n’ai pas le droit d’y écrire. Utilisez plutôt `/ask`, ou posez-la-moi ici.
watch-same = Vous suivez déjà cette question ; voyez `/watch list`.
watch-full-owner = Vous pouvez suivre { $most } questions ; retirez-en d’abord une avec `/watch remove`.
watch-full-server = Sur ce serveur, { $most } questions sont déjà suivies, c’est le maximum ; choisissez le message privé, ou demandez à la modération d’en retirer.
watch-not-here = Je ne peux l’annoncer que dans un salon où nous pouvons tous deux écrire ; choisissez le message privé, sans `here`.
watch-not-yours = Seule la personne qui suit la question, ou la modération du serveur où elle est annoncée, peut changer cela.
watch-gone = C’est déjà réglé ; voyez `/watch list`.
watch-zone = Il n’y a pas de fuseau horaire « { $typed } » ; choisissez-en un dans la liste, par exemple Europe/Paris.
refused-foreign = Ce bouton vient d’une autre version de moi et ne fonctionne plus.

question-empty = Il n’y a pas de question ; posez-en une en quelques mots.
question-wordless = Il n’y a aucun mot dans cette question ; posez-la avec des mots.
question-too-long =
    Cette question compte { $length } caractères ; posez-la en { $longest } au plus.
article-unknown = Aucun article ne s’appelle « { $name } » ; parcourez la liste des articles.
article-unknown-near = Aucun article ne s’appelle « { $name } » ; les plus proches sont { $titles }.

failure-permission = Vous ne pouvez pas utiliser cette commande ici ; adressez-vous à l’équipe des archives.
failure-command-changed = Cette commande a changé ; rechargez Discord (Ctrl+R) et réessayez.
failure-discord = Discord ne me laisse pas faire cela ici : ce dont il s’agit n’existe plus, ou je n’en ai pas le droit.
failure-archive = Les archives ne peuvent pas répondre maintenant ; la raison est dans le journal, sous { $reference }.
failure =
    Quelque chose s’est mal passé de mon côté ; réessayez dans une minute. Si cela persiste, prévenez l’équipe des archives : c’est dans le journal, sous { $reference }.

## Une citation vérifiée

check-verbatim = **Mot pour mot dans les archives**, à la casse, aux espaces et aux signes typographiques près.
# $differences est une liste des textes ci-dessous.
check-altered = **Dans les archives, mais modifiée :** { $differences }.
check-number =
    { $count ->
        [one] un nombre changé
       *[other] { $count } nombres changés
    }
check-word =
    { $count ->
        [one] des mots changés à un endroit
       *[other] des mots changés à { $count } endroits
    }
check-left-out =
    { $count ->
        [one] des mots omis à un endroit
       *[other] des mots omis à { $count } endroits
    }
check-added =
    { $count ->
        [one] des mots ajoutés à un endroit
       *[other] des mots ajoutés à { $count } endroits
    }
check-joined =
    { $count ->
        [one] des mots réunis alors qu’ils sont séparés
       *[other] des mots réunis alors qu’ils sont séparés, { $count } fois
    }
# $numbers est une liste des paires ci-dessous.
check-numbers = **Attention aux nombres :** { $numbers }.
check-number-pair = « { $said } » là où l’article dit « { $written } »
check-omission = Là où des mots manquent, la citation le signale par des points de suspension.
check-legend = ~~Barré~~ : ce que l’article ne dit pas ; en **gras** : ce qu’il dit à la place.
check-absent = **Absente des archives**, mot pour mot comme à peu près, pour ce que vous pouvez en lire ici.
check-nearest = Articles proches par le sens :
check-not-all = Ce message contient plus que ce que je vérifie en une fois ; seul le début a été vérifié.
