"""A greeting, thanks and the like ask nothing of the notes: no word of theirs tells what to look for."""

import re
from collections.abc import Set

from personal_ai.store import terms

#: Longer messages say something, in characters.
LONGEST = 100

# A word by itself, each Chinese character one.
_WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|(?:(?![\u3400-\u4dbf\u4e00-\u9fff])\w)+")
# “Hellooo”.
_DRAWN_OUT = re.compile(r"([^\W\d])\1{2,}")

#: What people say to be polite. Content words stand here only as a part of a phrase, or where they begin a message.
PHRASES = """
    hello, helo, hullo, hi, hii, hey, hiya, howdy, heya, hello hello, greetings, welcome, good morning, good afternoon,
    good evening, good day, good night, morning, evening, how are you, how r u, how are things, how do you do,
    how is it going, how's it going, how have you been, what's up, what is up, whats up, sup, nice to meet you,
    pleased to meet you, who are you, what are you, what is your name, what's your name, whats your name,
    what can you do, are you there, thanks, thank you, thank u, thx, ty, many thanks, thanks a lot, cheers, bye,
    bye bye, goodbye, good bye, see you, see you later, see you soon, see you tomorrow, take care, have a nice day,
    have a good day, sorry, excuse me, no thanks, no thank you, ok, okay, great, nice, cool, perfect, wonderful,
    awesome, good, very good, well done, good job, got it, i see, i am fine, i'm fine, no problem, never mind,
    and you, oh, ah, haha, lol, wow,

    hallo, hallöchen, hi zusammen, guten morgen, guten tag, guten abend, gute nacht, grüß gott, grüß dich, grüezi,
    servus, moin, moin moin, na, wie geht's, wie gehts, wie geht es dir, wie geht's dir, wie gehts dir,
    wie geht es ihnen, wie geht es euch, wie läuft's, was geht, alles klar, alles gut, wer bist du, wer sind sie,
    was kannst du, wie heißt du, danke, danke schön, dankeschön, danke sehr, vielen dank, besten dank,
    herzlichen dank, tschüss, tschüs, auf wiedersehen, bis bald, bis später, schönen tag, entschuldigung, super,
    prima, toll, sehr gut, gut gemacht, kein problem, und dir, und ihnen,

    hola, buenas, buenos días, buen día, buenas tardes, buenas noches, qué tal, cómo estás, cómo está, cómo te va,
    cómo va, cómo andas, quién eres, qué eres, cómo te llamas, qué puedes hacer, mucho gusto, encantado, encantada,
    gracias, muchas gracias, mil gracias, de nada, adiós, hasta luego, hasta mañana, hasta pronto, chao, perdón,
    vale, genial, perfecto, muy bien, y tú, y usted,

    你好, 您好, 大家好, 你好吗, 您好吗, 早上好, 早安, 早, 上午好, 中午好, 下午好, 晚上好, 晚安, 嗨,
    嘿, 哈喽, 哈啰, 最近怎么样, 你怎么样, 你是谁, 您是谁, 你叫什么, 你叫什么名字, 你能做什么, 你会什么, 你会做什么,
    在吗, 谢谢, 谢谢你, 谢谢您, 谢啦, 谢了, 多谢, 感谢, 非常感谢, 謝謝, 再见, 再見, 拜拜, 回头见, 明天见, 对不起,
    不好意思, 不客气, 不用谢, 没关系, 辛苦了, 好, 好的, 好吧, 很好, 太好了, 明白了, 知道了,

    bonjour, bonsoir, salut, merci, merci beaucoup, ciao, grazie, olá, obrigado, obrigada
"""

#: Words that tell nothing, by language.
FUNCTION_WORDS = (
    # What an apostrophe leaves over, and what thanks are given with.
    terms.FUNCTION_WORDS | {"d", "ll", "m", "re", "ve", "much", "today", "everyone", "everybody"},
    """
    ab aber alle alles als also am an auch auf aus bei bin bis bist da dann das dass dein deine dem den der des dich die
    dir doch du durch ein eine einem einen einer er es euch euer für hab habe haben hat heute ich ihm ihn ihnen ihr im
    in ist ja jetzt kann kannst man mein meine meinem meinen meiner mich mir mit nach nein nicht noch nochmal nun nur ob
    oder schon sehr sei sein seid sich sie sind so über um und uns unser unsere viel von vor wann war waren warst warum
    was weil welche welchem welchen welcher welches wem wen wenn wer werden wie wieder wieso wir wird wo wozu zu zum zur
    zusammen
    """,
    """
    a al algo así aún bien como cómo con cuál cuáles cuándo cuando cuánto de del dónde donde e el él ella ellas ellos en
    era eran eres es esa ese eso esta está estaba están estás este esto estoy fue ha han has hay he hoy la las le les lo
    los más me mi mis mí mucho muy nada ni no nos nosotros nuestra nuestro o otra otro para pero por porque qué que
    quién quien quiénes se sea ser si sí sin sobre son soy su sus también tan te tengo ti tiene todas todo todos tu tú
    tus un una unas unos usted ustedes y ya yo
    """,
    "的了吗呢啊呀吧嘛哦哈是在有和与也都就还又很太再您你我他她它们这那个些点什么怎样谁哪里几何为会能可以不没被把让给从到对多少家大朋友",
)
#: What the person says of themselves: notes are about them, so even “Who am I?” is looked up.
_OWN = """
    i me my mine myself we us our ours, ich mir mich mein meine meinem meinen meiner wir uns unser unsere,
    yo me mi mis mí nos nosotros nuestra nuestro, 我
"""
#: What begins a question, which may be about what was said before.
_ASKING = """
    what when where which who whom whose why how, wann warum was welche welcher welches wem wen wer wie wieso wo,
    cuál cuándo cómo dónde qué quién, 什 怎 谁 哪 几 何
"""


def is_small_talk(question: str, follows: bool) -> bool:
    """Whether a message has no word that tells what to look for: greetings, thanks, function words and nothing else.

    What `follows` others and says no greeting may be about those: “And why?”, “When was that?”.
    """
    if len(question) > LONGEST:
        return False
    words = _words(_DRAWN_OUT.sub(r"\1", question))
    begins = _PHRASES.match(" ".join(words)) is not None
    rest = _PHRASES.sub("", " ".join(words)).split() if begins else words
    if not rest:
        return begins or not follows
    if not any(known.issuperset(rest) for known in _FUNCTION_WORDS):
        return False
    if not follows and _OWN_WORDS.isdisjoint(rest):
        return True
    return begins and not re.search("[?？]", question) and _ASKING_WORDS.isdisjoint(rest)


def _words(text: str) -> list[str]:
    return _WORD.findall(terms.fold(text))


def _known(words: str | Set[str]) -> frozenset[str]:
    return frozenset(_words(words) if isinstance(words, str) else words)


_FUNCTION_WORDS = [_known(words) for words in FUNCTION_WORDS]
_OWN_WORDS, _ASKING_WORDS = _known(_OWN), _known(_ASKING)
# The longest first: “good morning” is more than “good”.
_LONGEST_FIRST = sorted((" ".join(_words(each)) for each in PHRASES.split(",")), key=len, reverse=True)
_PHRASES = re.compile(rf"(?<!\S)(?:{'|'.join(_LONGEST_FIRST)})(?!\S)")
