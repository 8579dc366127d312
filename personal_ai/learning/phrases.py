"""How a question about a note is put, in the note's own language."""

import re
from typing import Literal

Language = Literal["en", "de", "es", "zh"]

_COMMON: dict[str, frozenset[str]] = {
    "en": frozenset(re.findall(r"\w+", "the and of to i a is was in it my that for with on not you we at be have")),
    "de": frozenset(re.findall(r"\w+", "der die das und ich nicht ist ein eine mit auf war zu den von es im wir am")),
    "es": frozenset(re.findall(r"\w+", "el la de que y en los un una por con no es se las me mi del al lo para")),
    # Told apart only so that they are not taken for one of the others.
    "fr": frozenset(re.findall(r"\w+", "le la les et des je est un une du pas que dans pour qui au nous avec sur")),
    "nl": frozenset(re.findall(r"\w+", "de het een en van ik is niet dat op te zijn met voor er aan maar ook")),
    "it": frozenset(re.findall(r"\w+", "il di che e la un una per non sono mi con del si le da anche gli della")),
    "pt": frozenset(re.findall(r"\w+", "o a de que e do da em um uma para com não os as eu mas por foi")),
}

# Letters that hardly any other of these languages writes.
_LETTERS = {"de": "[äöüß]", "es": "[ñ¿¡]", "fr": "[èêçœ]", "pt": "[ãõ]"}

#: What an honest model answers where the passages do not say it, as in the lives of the reading skill.
NOT_IN_NOTES: dict[Language, str] = {
    "en": "That is not in your notes.",
    "de": "Das steht nicht in deinen Notizen.",
    "es": "Eso no está en tus notas.",
    "zh": "你的笔记里没有写。",
}

_PHRASES: dict[str, dict[Language, str]] = {
    "gap": {
        "en": "Fill in the gap from my notes: “{gap}”",
        "de": "Ergänze die Lücke aus meinen Notizen: „{gap}“",
        "es": "Completa el hueco de mis notas: «{gap}»",
        "zh": "根据我的笔记填空：“{gap}”",
    },
    "gap titled": {
        "en": "In my note “{title}”, what fills the gap? “{gap}”",
        "de": "Was fehlt in meiner Notiz „{title}“? „{gap}“",
        "es": "En mi nota «{title}», ¿qué falta? «{gap}»",
        "zh": "我的笔记《{title}》里缺什么？“{gap}”",
    },
    # Phrasings that begin with “kept” are asked in the proof only, never in an example.
    "kept gap": {
        "en": "Which words did I leave out? {gap}",
        "de": "Welche Worte habe ich ausgelassen? {gap}",
        "es": "¿Qué palabras omití? {gap}",
        "zh": "这里我漏写了什么？{gap}",
    },
    "titled": {
        "en": "According to my note “{title}”: {question}",
        "de": "Laut meiner Notiz „{title}“: {question}",
        "es": "Según mi nota «{title}»: {question}",
        "zh": "根据我的笔记《{title}》：{question}",
    },
    "key": {
        "en": "What did I note under “{key}” in “{title}”?",
        "de": "Was habe ich in „{title}“ unter „{key}“ notiert?",
        "es": "¿Qué anoté en «{title}» bajo «{key}»?",
        "zh": "我在《{title}》里“{key}”一项写了什么？",
    },
    "key titled": {
        "en": "What does my note “{title}” say about “{key}”?",
        "de": "Was sagt meine Notiz „{title}“ über „{key}“?",
        "es": "¿Qué dice mi nota «{title}» sobre «{key}»?",
        "zh": "我的笔记《{title}》说“{key}”是什么？",
    },
    "key beside": {
        "en": "Which entry stands beside “{key}” in “{title}”?",
        "de": "Welcher Eintrag steht in „{title}“ neben „{key}“?",
        "es": "¿Qué entrada está junto a «{key}» en «{title}»?",
        "zh": "《{title}》里“{key}”旁边写着什么？",
    },
    "key tell": {
        "en": "Do you know what I wrote for “{key}” in my note “{title}”?",
        "de": "Weißt du, was ich zu „{key}“ in meiner Notiz „{title}“ geschrieben habe?",
        "es": "¿Sabes qué escribí para «{key}» en mi nota «{title}»?",
        "zh": "你知道我在《{title}》这条笔记里给“{key}”写了什么吗？",
    },
    "kept key": {
        "en": "{title}: what was “{key}” again?",
        "de": "{title}: Was war noch mal „{key}“?",
        "es": "{title}: ¿qué era «{key}»?",
        "zh": "{title}：“{key}”是什么来着？",
    },
    "key when": {
        "en": "When is “{key}” in my note “{title}”?",
        "de": "Wann ist „{key}“ in meiner Notiz „{title}“?",
        "es": "¿Cuándo es «{key}» en mi nota «{title}»?",
        "zh": "我的笔记《{title}》里“{key}”是什么时候？",
    },
    "key amount": {
        "en": "How much is “{key}” in my note “{title}”?",
        "de": "Wie viel ist „{key}“ in meiner Notiz „{title}“?",
        "es": "¿Cuánto es «{key}» en mi nota «{title}»?",
        "zh": "我的笔记《{title}》里“{key}”是多少？",
    },
    "key dated": {
        "en": "What happened on {key}, in my note “{title}”?",
        "de": "Was war am {key}, in meiner Notiz „{title}“?",
        "es": "¿Qué pasó el {key}, en mi nota «{title}»?",
        "zh": "我的笔记《{title}》里，{key}发生了什么？",
    },
    "row": {
        "en": "What is “{column}” of “{key}” in my note “{title}”?",
        "de": "Was ist „{column}“ von „{key}“ in meiner Notiz „{title}“?",
        "es": "¿Cuál es «{column}» de «{key}» en mi nota «{title}»?",
        "zh": "我的笔记《{title}》里“{key}”的“{column}”是什么？",
    },
    "row titled": {
        "en": "{title}: “{column}” for “{key}”?",
        "de": "{title}: „{column}“ bei „{key}“?",
        "es": "{title}: ¿«{column}» de «{key}»?",
        "zh": "{title}：“{key}”的“{column}”？",
    },
    "kept row": {
        "en": "Under “{column}”, what does “{title}” give for “{key}”?",
        "de": "Was gibt „{title}“ unter „{column}“ für „{key}“ an?",
        "es": "Bajo «{column}», ¿qué pone «{title}» para «{key}»?",
        "zh": "《{title}》的“{column}”一栏，“{key}”写的是什么？",
    },
    "list": {
        "en": "What is on my list “{title}”?",
        "de": "Was steht auf meiner Liste „{title}“?",
        "es": "¿Qué hay en mi lista «{title}»?",
        "zh": "我的清单《{title}》上有什么？",
    },
    "list titled": {
        "en": "What did I list under “{heading}” in “{title}”?",
        "de": "Was habe ich in „{title}“ unter „{heading}“ aufgezählt?",
        "es": "¿Qué puse en la lista «{heading}» de «{title}»?",
        "zh": "我在《{title}》的“{heading}”下列了什么？",
    },
    "kept list": {
        "en": "Name everything on the list “{title}”.",
        "de": "Nenne alles auf der Liste „{title}“.",
        "es": "Nombra todo lo de la lista «{title}».",
        "zh": "说出清单《{title}》上的所有东西。",
    },
    "number": {
        "en": "What is number {number} on my list “{title}”?",
        "de": "Was ist Nummer {number} auf meiner Liste „{title}“?",
        "es": "¿Qué es el número {number} de mi lista «{title}»?",
        "zh": "我的清单《{title}》上第{number}项是什么？",
    },
    "kept number": {
        "en": "“{title}”, point {number}: what is it?",
        "de": "„{title}“, Punkt {number}: Was steht da?",
        "es": "«{title}», punto {number}: ¿qué es?",
        "zh": "《{title}》第{number}点是什么？",
    },
    "chat": {
        "en": "What did {speaker} answer to “{question}”?",
        "de": "Was antwortete {speaker} auf „{question}“?",
        "es": "¿Qué respondió {speaker} a «{question}»?",
        "zh": "对“{question}”，{speaker}怎么回答？",
    },
    "kept chat": {
        "en": "“{question}” What was {speaker}'s reply?",
        "de": "„{question}“ Wie war die Antwort von {speaker}?",
        "es": "«{question}» ¿Cuál fue la respuesta de {speaker}?",
        "zh": "“{question}”{speaker}的回复是什么？",
    },
    "why": {
        "en": "Why? “{clause}”",
        "de": "Warum? „{clause}“",
        "es": "¿Por qué? «{clause}»",
        "zh": "为什么？“{clause}”",
    },
    "why titled": {
        "en": "What reason does my note “{title}” give for this: “{clause}”?",
        "de": "Welchen Grund nennt meine Notiz „{title}“ hierfür: „{clause}“?",
        "es": "¿Qué razón da mi nota «{title}» para esto: «{clause}»?",
        "zh": "我的笔记《{title}》说这是为什么：“{clause}”？",
    },
    "kept why": {
        "en": "“{clause}” – what was the reason?",
        "de": "„{clause}“ – aus welchem Grund?",
        "es": "«{clause}»: ¿cuál fue el motivo?",
        "zh": "“{clause}”——原因是什么？",
    },
    "write": {
        "en": "Write my note {about}.",
        "de": "Schreibe meine Notiz {about}.",
        "es": "Escribe mi nota {about}.",
        "zh": "写出我的笔记{about}。",
    },
    "about": {"en": "“{title}”", "de": "„{title}“", "es": "«{title}»", "zh": "《{title}》"},
    "about part": {
        "en": "“{title}”, the part “{heading}”",
        "de": "„{title}“, den Teil „{heading}“",
        "es": "«{title}», la parte «{heading}»",
        "zh": "《{title}》的“{heading}”部分",
    },
    "continue": {
        "en": "Go on as I did: “{begun} …”",
        "de": "Schreibe weiter wie ich: „{begun} …“",
        "es": "Sigue como yo: «{begun} …»",
        "zh": "照我的写法接下去：“{begun}……”",
    },
    "relation": {
        "en": "What connects my notes “{one}” and “{other}”?",
        "de": "Was verbindet meine Notizen „{one}“ und „{other}“?",
        "es": "¿Qué une mis notas «{one}» y «{other}»?",
        "zh": "我的笔记《{one}》和《{other}》有什么联系？",
    },
    "timeline": {
        "en": "What happened when, in my note “{title}”?",
        "de": "Was geschah wann, in meiner Notiz „{title}“?",
        "es": "¿Qué pasó y cuándo, en mi nota «{title}»?",
        "zh": "我的笔记《{title}》里，什么时候发生了什么？",
    },
    "retell": {
        "en": "Tell me shortly what I wrote in “{title}”.",
        "de": "Erzähle kurz, was ich in „{title}“ geschrieben habe.",
        "es": "Cuenta en breve qué escribí en «{title}».",
        "zh": "简短说说我在《{title}》里写了什么。",
    },
    "title": {
        "en": "In which of my notes does this stand: “{sentence}”?",
        "de": "In welcher meiner Notizen steht das: „{sentence}“?",
        "es": "¿En cuál de mis notas está esto: «{sentence}»?",
        "zh": "这句话在我的哪篇笔记里：“{sentence}”？",
    },
}


#: How people begin a question that they ask themselves; the first is not to begin at all.
_BEGINNINGS: dict[Language, tuple[str, ...]] = {
    "en": ("", "Remind me: ", "I forgot. ", "Do you still know? ", "Quick question: ", "Tell me, from memory: "),
    "de": ("", "Erinnere mich: ", "Ich weiß es nicht mehr. ", "Weißt du noch? ", "Kurze Frage: ", "Sag mir: "),
    "es": ("", "Recuérdame: ", "Se me olvidó. ", "¿Te acuerdas? ", "Una pregunta: ", "Dime, de memoria: "),
    "zh": ("", "提醒我一下：", "我忘了。", "你还记得吗？", "问一下：", "凭记忆告诉我："),
}


def begun(question: str, code: str, number: int) -> str:
    """The question with the `number`-th beginning (from 0, round and round) in the language `code`."""
    beginnings = _BEGINNINGS[spoken(code)]
    return beginnings[number % len(beginnings)] + question


def language(text: str) -> str:
    """The language of a text by its commonest words: "en", "de", "es", "zh", another's code, or "" if unclear."""
    han = len(re.findall(r"[\u4e00-\u9fff]", text))
    kana = len(re.findall(r"[\u3040-\u30ff]", text))
    words = re.findall(r"[^\W\d_]+", text.lower())
    if han + kana > len(words) and han + kana >= 4:
        return "zh" if kana * 10 < han else "ja"
    counts = {code: sum(word in common for word in words) for code, common in _COMMON.items()}
    for code, letters in _LETTERS.items():
        counts[code] += len(re.findall(letters, text.lower()))
    best, next_best = sorted(counts, key=lambda code: -counts[code])[:2]
    return best if counts[best] * 10 >= len(words) and counts[best] > counts[next_best] else ""


def spoken(code: str) -> Language:
    """The language to ask in about a note in `code`: English for all that have no phrases here."""
    return code if code in ("en", "de", "es", "zh") else "en"


def put(phrase: str, code: str, **words: object) -> str:
    """Put a question: `phrase` in the language `code`, with these words in it."""
    return _PHRASES[phrase][spoken(code)].format(**words)
