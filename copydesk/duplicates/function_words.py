"""Words that only hold sentences together: two texts that share them share nothing."""

BY_LANGUAGE = {
    "en": """
        a about after again against all also am an and any are as at be because been before being between both
        but by can could did do does doing down during each for from further had has have having he her here
        hers him his how i if in into is it its just may me might more most my no nor not of off on once only or
        other our out over own said same says she should so some such than that the their them then there these
        they this those through to too under until up upon us very was we were what when where which while who
        whom why will with within would you your don't didn't
    """,
    "de": """
        aber als am an auch auf aus bei bin bis da damit dann das dass dem den der des die dies diese dieser
        doch dort du durch ein eine einem einen einer eines er es für haben hat hatte ich ihr ihre im in ins ist
        kann kein keine man mehr mit nach nicht noch nun nur ob oder sei sein seine sich sie sind so über um und
        uns unter vom von vor war waren was weil wenn werden wie wir wird wo wurde wurden zu zum zur
    """,
    "fr": """
        au aux avec ce ces cet cette comme dans de des du elle elles en est et été être eu fait il ils je la le
        les leur leurs lui mais même ne nous on ont ou où par pas plus pour qu que qui sa sans se ses si son
        sont sur un une vous y
    """,
    "es": """
        al ante como con contra cual de del desde donde el ella ellos en entre era es esta este esto fue ha han
        hasta hay la las le lo los más me mi muy no nos o para pero por porque que se ser si sin sobre su sus
        también tan un una uno y ya
    """,
    "it": """
        ai alla alle che chi come con da dal dalla degli dei del della delle di e è gli ha hanno i il in io la
        le lo ma nel nella non o per più quale quando questo se si sono su sua suo sul sulla tra un una uno
    """,
    "pt": """
        ao aos as até com da das do dos e é ela ele em essa está foi isso já mais mas na nas não no nos o os ou
        pela pelo por quando que seu são também tem um uma
    """,
    "nl": """
        aan al alleen als bij dan dat de deze die dit door een en er ge haar had heb hebben heeft hem het hij
        hoe hun ik in is je kan maar meer men met mijn naar niet nog nu of om onder ons ook op over te tot uit
        van veel voor waar was wat we wel werd wordt worden zal ze zich zij zijn zo
    """,
    "sv no da": """
        av och att det den som för inte har jag han hon var vid till från ett på med om så kan ska efter men og
        er af ikke til fra på det de som en et har vi i sig
    """,
    "pl": """
        i w z na do nie się że to jest o po za od przez dla ale jak co czy być był była
    """,
    "ru": """
        и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот
        от меня еще о из ему был до для мы их чем была это
    """,
}
FUNCTION_WORDS = frozenset(word for words in BY_LANGUAGE.values() for word in words.split())
