"""Thirty articles of a small town's newspaper, for the sites and folders that tests read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NEWSPAPER = "Tarn Ferry Courier"

_FIRST = datetime(2023, 1, 9, 7, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """An article of the newspaper.

    Attributes:
        number: Its number, from 1 on.
        title: Its title.
        author: Who wrote it.
        tag: What it is filed under.
        paragraphs: Its text.
    """

    number: int
    title: str
    author: str
    tag: str
    paragraphs: tuple[str, ...]

    @property
    def slug(self) -> str:
        """What its address ends with."""
        return "-".join("".join(c for c in self.title.lower() if c.isalnum() or c == " ").split())

    @property
    def published_at(self) -> datetime:
        """When it was published: a week after the one before."""
        return _FIRST + timedelta(weeks=self.number - 1)


_STORIES = """
The cable ferry gets a new winch | Imke Harrow | transport
The cable ferry across the Tarn has been hauled by the same winch since 1961, and its drum was worn so thin last winter that the crew could see daylight through one rivet hole. The new winch arrived on Tuesday on the back of a timber lorry.
It was built by a works in Osgrove that usually makes lifts for grain silos, and it pulls with eleven tonnes where the old one managed seven. Ferryman Joss Pell says that the crossing will take four minutes instead of six.
While the winch is fitted the ferry stands still from the third to the ninth of the month. Foot passengers may use the rowing boat at the mill landing, two at a time and free of charge.
=
Why the bakery on Salt Lane closes on Thursdays | Perrin Oake | trade
Anyone who wants bread on a Thursday in Tarn Ferry walks to the station kiosk, because the bakery on Salt Lane keeps its shutters down. The reason is an oven that was built of clay in 1904 and has to cool for one whole day a week.
Bettina Quarle, who bakes there with her two sons, sweeps out the ash, looks for cracks and fills them with a paste of clay and horsehair. If she skipped a week, she says, the dome would come down within the year.
A gas oven would save her the trouble. She tried one in 2015, sold it after a month, and still calls its rye loaves bricks.
=
Owls return to the signal box | Dunstan Vey | nature
A pair of barn owls has moved into the disused signal box at the end of platform two. Station staff noticed the pellets on the stairs first, and then the four white eggs in what used to be the lever frame.
The railway has agreed to leave the broken window as it is until September. Young owls leave the nest after about nine weeks, and a pane of glass would shut the parents out.
Visitors are asked to keep to platform one after dusk. A camera paid for by the bird club shows the nest on a screen in the waiting room.
=
The library lends out a telescope | Imke Harrow | culture
Since Monday the town library has lent out something that does not fit on a shelf: a reflecting telescope with a mirror of fifteen centimetres. It was left to the library by the late chemist Orrin Tallow.
Borrowers keep it for a week, carry it home in a padded chest and leave a deposit of twenty crowns. Librarian Wenna Sorley gives a lesson of half an hour first, which nobody may skip.
The waiting list already reaches into May. The first borrower, a girl of ten, reported three moons of Jupiter and a neighbour's cat.
=
Flood gauge painted on the wrong pillar | Perrin Oake | council
The red and white flood gauge that was painted under the stone bridge in autumn stands on the wrong pillar. It shows forty centimetres too little, the council's engineer admitted on Wednesday.
The mistake came to light because the river reached the allotments while the gauge still showed a dry footpath. The engineer had measured from the east pillar, whose foot was rebuilt higher after the flood of 1987.
A painter will move the scale to the west pillar for a fee of three hundred and ten crowns. Until then a notice asks readers to add the difference in their heads.
=
Goats clear the railway bank | Dunstan Vey | nature
Eleven goats are eating their way along the railway bank between the tannery and the level crossing. They replace two men with strimmers, who could not get a foothold on the slope.
The herd belongs to Maris Thole, who rents it out for six crowns a day and goat. A goat eats about four kilos of bramble daily and leaves the orchids, which taste of nothing to it.
Trains whistle twice at the bend for the time being. One goat, named Colonel, has learned to answer.
=
A choir without a hall | Sabra Linnet | culture
The Tarn Ferry choir has sung in the malt house for thirty years, and since the roof was declared unsafe it has sung wherever it could: in a garage, on the quay, and once in the cold store of the fish market.
Conductor Abel Munt says that the cold store had the best echo of them all. The basses stood between the herring crates, and the recording sold sixty copies.
Rafters for the malt house will cost nineteen thousand crowns, of which the choir has collected seven. A concert for the roof is planned for midsummer, under the open sky.
=
The school garden feeds the canteen | Imke Harrow | schools
Every potato that the canteen of Quay School served in October came from the strip of ground behind the bicycle shed. The third form dug eighty-six kilos of them, of a kind named Blue Anneliese.
Teacher Corin Bask worked the harvest into his lessons: the pupils weighed, reckoned yields and wrote the menu. The cook, who had his doubts about blue mash, ran out of it within ten minutes.
Next year the form wants to grow beans. The caretaker has asked that nothing climb his flagpole again.
=
Night buses run on request | Perrin Oake | transport
From the first of next month the night bus to Osgrove will run only if somebody asks for it before ten in the evening. Requests are taken by telephone and at the counter of the Lantern inn.
The county says that the bus drove empty on two nights out of three. Running it on request saves about forty litres of fuel a week and keeps the driver, Hedda Crane, from drinking coffee alone at the turning circle.
A ride still costs two crowns. Whoever asks for the bus and does not come pays five.
=
The clockmaker who repairs barometers | Sabra Linnet | trade
Lorne Adair has repaired clocks on Tanner Street for forty-one years, but two thirds of what stands on his bench today are barometers. Nobody else in the county dares to touch the mercury.
He works with the window open and a tray of sulphur beside him, which binds what is spilled. A tube is filled with a funnel as thin as a straw, drop after drop, for about three hours.
His apprentice, Tove Marl, is nineteen and prefers barometers too. A clock, she says, only tells you what everybody knows.
=
New rules for the allotments | Dunstan Vey | council
The allotment society has rewritten its rules for the first time since 1978. Hedges may now reach a metre and forty, bees are welcome, and the ban on whistling on Sundays is gone.
The longest debate was about water. Every plot may draw two hundred litres a day from the pump in a dry summer, and a logbook hangs on a nail beside the handle.
Chairwoman Greta Finch counted fifty-four votes for the new rules and nine against. The nine will get their whistling ban back on the plots behind the elder hedge.
=
A lighthouse model made of matches | Sabra Linnet | culture
It took Ewan Storr six winters and twenty-eight thousand matches to build the lighthouse at Cold Ness on his kitchen table. The model is as tall as his grandson and stands in the post office from today.
The lamp turns with the motor of a record player and flashes twice every fifteen seconds, as the real one did until it was switched off in 1999. Storr was the last keeper but one.
He struck none of the matches. A factory sold him blanks without heads, after a letter in which he explained the matter twice.
=
The weir gets steps for eels | Imke Harrow | nature
Beside the weir at the paper mill lies a ramp of bristles that looks like a doormat for giants. It is a ladder for eels, which wriggle up between the bristles at night.
Biologist Nessa Pryor counted four hundred and twelve young eels in the first week of June, each as long as a finger. Before the ramp was laid, none had been seen above the weir for twenty years.
The mill gives a little water for the ramp, about as much as a garden hose. It loses power for one electric kettle by it, its director says.
=
Firefighters look for a second siren | Perrin Oake | safety
The siren on the roof of the fire station cannot be heard in the new houses at Crow Bank, a test on Saturday showed. At a west wind even the church tower hears it only faintly.
Captain Runa Feld wants to put a second siren on the water tower. It would cost four thousand two hundred crowns and could be heard for three kilometres.
Until it is there, the volunteers at Crow Bank carry pagers. One of them went off during the test, in the middle of a christening.
=
The last tram ticket | Sabra Linnet | history
A workman found a tram ticket behind the wainscot of the old savings bank, although Tarn Ferry never had a tram. The town museum has now explained it.
In 1912 a company sold shares in a tramway to Osgrove, printed two thousand tickets in advance and went bankrupt before a rail was laid. The bank's director had bought forty shares, and kept one ticket to remember it by.
Curator Ivo Sander has put it in a case of its own. It is valid, he says, on any day but Sunday.
=
Honey from the town hall roof | Dunstan Vey | nature
Three hives have stood on the flat roof of the town hall since spring, and the first jars are sold at the information desk. The honey is dark and tastes of lime trees, for eighty of them line the quay.
The bees are kept by the registrar, Pia Lowell, who climbs up between two weddings. She took thirty-one kilos from the hives in July and left them as much again.
A jar costs seven crowns. The mayor, who is allergic, has given his to the fire brigade.
=
Chess in the barber's shop | Imke Harrow | leisure
Whoever waits for a haircut at Matteo Brandl's has a chess problem in front of him, set up afresh every morning. Whoever solves it before his turn pays half.
Brandl, who played for the county in his youth, chooses mates in three. On most days two customers in twenty find the key, and on Fridays, when the schools finish early, the pupils of the chess club take all the chairs.
He has lost about ninety crowns in a year by it. In exchange he has learned, he says, who in this town thinks before he moves.
=
The quarry becomes a lake | Perrin Oake | council
The pumps in the Greystone quarry were switched off on Friday, and the pit is filling with ground water. In about seven years there will be a lake of twelve hectares in it, twenty-six metres deep.
The last granite was cut in March, for the steps of a bank in the capital. Of the thirty-three quarrymen, nineteen have found work at the cement works.
Swimming stays forbidden until the banks have been made flat. A diving club has nevertheless put in for the northern corner.
=
An orchestra of bicycles | Sabra Linnet | culture
Twelve bicycles were played on Market Square on Sunday: spokes were plucked, bells tuned, pumps blown. The composer, Ragna Teale, had written for the evening a piece of nineteen minutes.
The bells were the hardest, she said afterwards. She had to file down thirty of them to get one octave, and the low F came off a baker's tricycle.
About four hundred people listened. One rode home on an instrument before the encore.
=
Ice saws in the museum barn | Dunstan Vey | history
Before there were refrigerators, Tarn Ferry sold ice. The museum barn shows from this week on the saws, sledges and tongs with which it was harvested on the mill pond.
A block weighed ninety kilos and lasted until August, packed in sawdust. In the winter of 1923 sixty men cut four thousand blocks in eleven days, and two horses went through the ice and were saved.
The exhibition smells of sawdust, too: the mill has given three cartloads. Children may try a saw on a block of wax.
=
The doctor comes by boat | Imke Harrow | health
On Mondays and Thursdays the surgery of Doctor Selma Roan lies at anchor. Her boat, the Camomile, visits the five hamlets below the rapids that no road reaches in winter.
On board are a couch, a refrigerator for vaccines and a device that records the heart. The doctor sees about fourteen patients a day, and the skipper brews tea for those who wait on deck.
The county pays for the fuel, and the hamlets take turns with the mooring. When the river freezes, a sledge is used.
=
Letters that took forty years | Perrin Oake | history
When the sorting office was cleared out, seventeen letters came to light that had slipped behind a cupboard in 1984. Postmistress Gwen Abbot has set out to deliver them in person.
Eleven have reached their readers so far. One held a recipe for quince jelly, one a proposal of marriage, whose answer had been given by telephone in the meantime.
For four letters nobody is left to take them. They lie in the window of the post office, unopened.
=
Street lamps dim after midnight | Dunstan Vey | council
The street lamps of Tarn Ferry will burn at a third of their strength between midnight and five from November on. The council decided so by eight votes to three.
The town saves some eleven thousand crowns a year by it. Moths, of which a count found twenty-six kinds under one lamp on Mill Road, are expected to save their lives.
At crossings and at the hospital the light stays as it is. Whoever thinks a place too dark may ring the town works.
=
The smallest cinema in the county | Sabra Linnet | culture
Eighteen seats, one projector and a stove: the Peephole on Rope Walk is the smallest cinema in the county. It opened on Saturday with a silent film, to which a pupil of the music school played the accordion.
The owners, Ansel and Brid Corey, bought the seats from a theatre that was pulled down and the screen from a sailmaker. Popcorn is made at home, because the machine would not fit through the door.
Films are shown from Thursday to Sunday. The ticket, five crowns, includes a blanket from October on.
=
Volunteers rebuild the dry stone wall | Imke Harrow | leisure
Two hundred and forty metres of dry stone wall run over Cuckoo Hill, and a third of it had fallen down. On nine Saturdays volunteers have put it up again, without a spoonful of mortar.
Waller Hamish Dorn taught them the rule: one over two, two over one, and never put a stone back once it is in your hand. On a good day a pair of them managed three metres.
Weasels moved in before the coping was on. A plaque is not planned, says Dorn, for a wall is plaque enough.
=
The river police get an electric boat | Perrin Oake | safety
The new boat of the river police makes so little noise that an angler complained on its first day of having been startled. It runs on batteries for five hours at cruising speed.
Sergeant Una Brack likes the quiet, which lets her hear outboard motors round the bend. At full speed, thirty-four kilometres an hour, the batteries last forty minutes.
It is charged at the lock, where a socket was put in for it. The old boat, with its diesel, goes to the harbour school.
=
A dictionary of ferrymen's words | Sabra Linnet | history
What is a drabble, and who stands at the snubbing post? The answers are in a dictionary of ferrymen's words, which retired teacher Odo Lamb has collected in twenty-two years.
It has one thousand three hundred and six entries, a hundred of them for kinds of fog. A drabble is a rope that is wet but does not drip.
The book is printed in three hundred copies. The ferry crew has hung one in the wheelhouse, on a drabble.
=
Schoolchildren measure the noise | Dunstan Vey | schools
For two weeks the sixth form of Quay School has measured how loud the town is, at thirty places and three times a day. The loudest was not the lorry road but the jackdaw colony at the church: eighty-eight decibels.
The quietest place was the reading room of the library, with thirty-one. During the measurement somebody turned a page, which made thirty-four.
The form has drawn a map in seven colours. The council wants to use it when it plans the new road.
=
The pear that was thought lost | Imke Harrow | nature
A pear tree in the garden of the old customs house bears a kind that was thought lost since the war: the Tarn Russet. Pomologist Yves Kell recognised it by its leathery skin and a taste of nutmeg.
The tree is about a hundred and thirty years old and hollow. Kell has cut forty scions, which were grafted onto young quince stocks in the county nursery.
In three years the first can be bought. Until then the fruit, some twelve kilos each autumn, goes to the owner's jam.
=
Curling on the canal basin | Perrin Oake | leisure
For the first time in eleven years the canal basin is frozen so hard that it could be cleared for curling. The ice was seventeen centimetres thick on Sunday morning, and the town works had tested it with a loaded handcart.
Six teams played, among them one of the fire brigade and one of the convent school, which won. Their skip, Sister Benedikta, had practised with jam jars in the corridor.
The stones are from 1890 and weigh nineteen kilos each. One lies at the bottom of the basin, since 1956.
"""  # noqa: E501


def _parsed(number: int, text: str) -> Story:
    heading, *paragraphs = text.strip().splitlines()
    title, author, tag = heading.split(" | ")
    return Story(number, title, author, tag, tuple(paragraphs))


STORIES = tuple(_parsed(number, text) for number, text in enumerate(_STORIES.split("\n=\n"), 1))
"""The articles, in the order in which they were published."""
