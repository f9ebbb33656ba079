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
command-article = Chercher un article par son titre
command-article-title = Son titre, ou des mots du titre
command-articles = Parcourir les articles
command-articles-collection = { command-ask-collection }
command-articles-author = { command-ask-author }
command-articles-source = { command-ask-source }
command-articles-after = { command-ask-after }
command-articles-before = { command-ask-before }
command-help = Ce que je sais faire, et comment poser une question
command-reindex = Relire les sources et publier ce qui a changé
command-reindex-source = Une seule source : de la liste, ou l’adresse web d’une page, d’un flux ou d’un plan de site
command-reindex-full = Relire et vectoriser de nouveau tous les articles, même inchangés

## Bienvenue, aide, politesse

welcome =
    Bonjour ! Je réponds aux questions à partir d’archives d’articles, mot pour mot et avec la source.
    Posez votre question avec `/ask`, mentionnez-moi avec une question ou envoyez-moi un message privé. `/help` dit ce que je sais faire d’autre.
help =
    ### Pour poser une question
    • `/ask` pose une question ; vous pouvez la limiter à une personne, une source, une collection ou des dates.
    • Mentionnez-moi avec une question, ou envoyez-moi un message privé.
    • Répondez à ma réponse ou appuyez sur **{ answer-follow-up }** pour aller plus loin.
    Chaque réponse est citée mot pour mot, avec l’article dont elle vient. Quand les archives ne répondent pas, je le dis.
help-look-up =
    ### Pour trouver un article
    • `/article` le trouve par son titre, même avec des fautes de frappe.
    • `/articles` les liste tous, ou seulement ceux que vous précisez.
help-admin =
    ### Pour vous qui administrez les archives
    • `/reindex` relit les sources et publie ce qui a changé ; les questions continuent pendant ce temps.
courtesy-greeting = Bonjour ! Posez-moi une question, et je cherche les passages qui y répondent.
courtesy-thanks = Avec plaisir ! Revenez quand vous voulez.
how-to-ask = Posez-moi une question : mentionnez-moi et écrivez-la, ou utilisez `/ask`.
unheard = Je ne peux pas lire ce message. Mentionnez-moi dedans ou appuyez sur **{ answer-follow-up }** sous ma réponse, et je cherche.
archive-empty = Les archives ne contiennent encore aucun article que vous puissiez lire ici.

## L’en-tête d’une réponse

quoted = « { $words } »
# La question précédente doit se trouver entre « et le dernier » : elle est relue dans le message.
following = ↳ suite de « { $question } »
narrowed = Seulement les articles { $filters }
narrowed-collection = de la collection { $value }
narrowed-author = écrits par { $value }
narrowed-source = de la source { $value }
narrowed-after = parus à partir du { $date }
narrowed-before = parus avant le { $date }
taken = J’ai compris { $pairs }
taken-pair = « { $word } » comme « { $meant } »
period = Seulement les articles de la période « { $words } » ({ $dates })
period-until = jusqu’au { $last }
period-from = à partir du { $first }
period-from-time = à partir du { $first } à { $time }

## Une réponse et ses commandes

also-in = aussi dans { $articles }
and-more =
    { $count ->
        [one] { $count } autre
       *[other] { $count } autres
    }
answer-more = Voir plus
answer-any-date = Toutes les dates
answer-in-context = En contexte
answer-follow-up = Poursuivre
answer-useful = Utile
answer-not-useful = Pas utile
answer-menu = Autres actions…
answer-in-context-hint = Le passage dans son article
answer-why = Pourquoi ?
answer-why-hint = Ce qui correspond, et avec quelle certitude
answer-others = Autres articles
answer-others-hint = Les autres articles trouvés
answer-unfiltered = Sans les filtres
answer-unfiltered-hint = Reposer la question dans toutes les archives
answer-delete = Supprimer
answer-delete-hint = Pour la personne qui a posé la question et la modération
answer-also-found = Également trouvés :
follow-up-title = Poursuivre
follow-up-label = Votre question
context-before = ◀ Texte précédent
context-after = Texte suivant ▶
context-article = Voir l’article
context-passage = Passage { $number }
standing-changed = L’article a été modifié depuis ; voici le texte cité à l’époque.
standing-withdrawn = L’article a été retiré depuis ; voici le texte cité à l’époque.
vote-reason = Dire ce qui n’allait pas
vote-reason-title = Qu’est-ce qui n’allait pas ?
vote-reason-label = En quelques mots, pour l’équipe des archives
vote-reason-noted = C’est noté, merci ! L’équipe des archives peut le lire.
vote-useful = C’est noté, merci !
vote-not-useful = C’est noté, merci ! Demander avec d’autres mots peut aider.

why-words = De la question, il contient { $words }.
why-no-words = Il ne contient aucun mot de la question.
why-meaning =
    Par le sens, sa meilleure phrase est proche de la question à { NUMBER($sentence, minimumFractionDigits: 2, maximumFractionDigits: 2) }, le passage entier à { NUMBER($passage, minimumFractionDigits: 2, maximumFractionDigits: 2) } ; les mots en commun comptent pour { NUMBER($keyword, minimumFractionDigits: 1, maximumFractionDigits: 1) } (BM25).
why-score = Avec ce que l’on sait par ailleurs, cela donne { NUMBER($score, minimumFractionDigits: 2, maximumFractionDigits: 2) }, pour environ 1 au mieux.
why-reranker = Le cross-encoder, qui l’a classé, lui a donné { NUMBER($score, minimumFractionDigits: 2, maximumFractionDigits: 2) }.
why-enough =
    La certitude qu’il réponde à la question est de { NUMBER($confidence, minimumFractionDigits: 2, maximumFractionDigits: 2) } : assez pour une réponse, qui demande { NUMBER($threshold, minimumFractionDigits: 2, maximumFractionDigits: 2) }.
why-too-little =
    La certitude qu’il réponde à la question est de { NUMBER($confidence, minimumFractionDigits: 2, maximumFractionDigits: 2) } : trop peu pour une réponse, qui demande { NUMBER($threshold, minimumFractionDigits: 2, maximumFractionDigits: 2) }.

## Pas de réponse

refusal = Les archives ne répondent pas à cette question.
refusal-filtered = Aucun article ne correspond ; reposez la question sans les filtres.
refusal-unseen = Aucun article ne contient { $words }.
refusal-nearest = Les articles les plus proches :

## Articles

card-minutes =
    { $count ->
        [one] { $count } minute de lecture
       *[other] { $count } minutes de lecture
    }
card-sections = Sections
card-read = Lire
card-related = À lire aussi
page-of = Page { $page } sur { $pages }
page-back = Précédent
page-next = Suivant
list-count =
    { $count ->
        [one] { $count } article
       *[other] { $count } articles
    }
list-open = Ouvrir un article…

## Réindexation

reindex-title = Réindexation en cours
reindex-starting = C’est parti.
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

refused-date = `{ $option }` attend une date comme 2025-03-01 ; écrivez-la ainsi.
refused-cooldown = Une question à la fois, s’il vous plaît ; réessayez { $when }.
refused-none-visible = Il n’y a pas d’autre article que vous puissiez lire ici.
refused-answer-expired = Cette réponse est trop ancienne pour cela ; reposez la question.
refused-article-gone = Cet article n’est plus ici ; cherchez-le de nouveau.
refused-list-expired = Cette liste est trop ancienne pour être feuilletée ; relancez `/articles`.
refused-no-more = Il n’y a plus d’autre passage ; demandez avec d’autres mots pour en trouver.
refused-passage-gone = L’article de ce passage n’est plus ici.
refused-no-others = Aucun autre article n’a été trouvé pour cette question.
refused-delete = Seules la personne qui a posé la question et la modération peuvent supprimer cette réponse.
refused-again = Je ne peux pas relire la question dans ce message ; reposez-la avec `/ask`.
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
