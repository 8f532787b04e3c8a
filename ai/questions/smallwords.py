"""Words of general language that name nothing a business could be asked for: left out, they leave the same question.

Nouns of things, and words that turn a meaning round, are in none of the lists: nobody unpaid, returned or lost is here.
"""

from __future__ import annotations

_QUANTIFYING = """several various numerous few couple dozen plenty lots lot bit enough whatsoever ones everyone
    everybody anyone anybody someone somewhere anywhere everywhere others first second last previous"""
_LINKING = """although though while whereas because since until till once when whenever where wherever whether as
    than then thus therefore hence so such also too either rather instead otherwise besides moreover
    furthermore however toward towards upon within behind beneath beside despite around across aside
    off out up down away back ahead against before between amongst throughout till i.e e.g etc eg ie
    viz"""
_HOW = """just simply really quite rather pretty fairly particularly especially mainly mostly largely
    typically usually normally generally commonly often frequently sometimes always ever once twice
    again together apart alone closely directly indirectly immediately finally eventually originally
    initially lately nowadays meanwhile respectively individually separately jointly collectively
    fully partly wholly long short far near close deep high low wide soon early well even presently
    beforehand thereof therein"""
_DOING = """use uses used using seem seems seemed seeming appear appeared look looks looked come comes came
    coming go goes went gone going run runs ran running keep keeps kept keeping stay stays stayed
    remain remains remained put puts set sets take takes took taken taking turn turns turned bring
    brings begin begins began start starts started starting end ends ended ending finish finished
    stop stopped lead leads leading follow follows followed following count counts counted counting
    measure measured measuring matter matters mean means meant stand stands stood sit fit fits
    relate relates related refer refers happen happens happened occur prefer like want wanted need
    needed try tries tried help let say says said tell told know known call called find found see
    seen show shown list listed name named pick picked choose chosen select selected drive drives
    driven driving boom booms booming thrive thriving explode exploding skyrocketing soaring stick
    stuck carry carries handle handles handled manage manages deal deals dealt serve serves served
    cover covers covered involve involves involved concern concerns consist consists depend depends
    vary varies range ranges land landed reach reaches reached pass passes passed get gets got
    getting give gives given giving raise raises raised build builds built building"""
_BEING = """able available certain clear easy general given great interesting main major minor nice particular
    possible real regular relevant respective right same significant similar simple single specific
    strong suitable sure total typical usual various whole wide closest nearest favourite favorite
    impressive decent remarkable notable striking"""
_NAMING = """thing things way ways case cases matter record records entry entries fact facts question idea point
    meeting presentation report board boss slide slides catalogue catalog database system
    spreadsheet sheet moment minute hurry please curiosity interest sake basis regard respect view
    context purpose background word words detail hint"""
_TURNING = """if unless unpaid overdue unsold unused undelivered unshipped returned cancelled canceled lost stolen
    broken damaged complained complaint complaints competitor competitors competition market
    forecast budget budgeted target planned should would could might think believe recommend deserve
    deserves why better worse nicer satisfied happy unhappy expire expired refund refunded visit
    visits visited visitor visitors after nothing nobody none never not no without neither nor
    future next predict expected consecutive send sent unit score calls machine leader
    cancel delete create approve fire drop close pay reserve"""
_CHINESE = frozenset(
    "把让从到对跟给就才都也又再还更最很太真挺较过着了的地得之它这那此各所能可要想请用于以而但呀啊呢吧嘛哦时候"
)

SMALL: frozenset[str] = _CHINESE | {
    word for words in (_QUANTIFYING, _LINKING, _HOW, _DOING, _BEING, _NAMING) for word in words.split()
}
"""Words that may be left out of a question wherever they stand, if that is said."""
TURNING: frozenset[str] = frozenset("不没未无非会将比只其被") | frozenset(_TURNING.split())
"""Words that make another question of one, which the data may not hold: with them nothing is left out."""
