"""What WhatsApp itself writes between the words of a chat, in the languages of its phones."""

import re

from personal_ai.documents.readers.parsed import tidy

#: Halves of the day, besides those that begin with A or P and M.
MORNING = frozenset(("上午", "凌晨", "清晨", "早上", "午前", "오전", "π.μ.", "ص", "öö", "de.", "fm", "sa", "dop."))
AFTERNOON = frozenset(("下午", "中午", "晚上", "午後", "오후", "μ.μ.", "م", "ös", "du.", "em", "ch", "odp."))
HALF = r"[ap]\.?\s?m\.?|" + "|".join(map(re.escape, sorted(MORNING | AFTERNOON, key=len, reverse=True)))

_KINDS = (
    r"image|picture|photo|video(?: note)?|audio|voice message|gif|sticker|document|contact card|media|file|card"
    r"|bild|foto|dokument|kontaktkarte|medien|datei|audiodatei"
    r"|imagen|v[ií]deo|documento|multimedia|archivo|tarjeta(?: de contacto)?|nota de voz"
    r"|imagem|áudio|figurinha|mídia|arquivo|cartão(?: de contato)?|ficheiro"
    r"|vidéo|fichier|fiche(?: contact)?|médias?|autocollant"
    r"|immagine|adesivo|scheda(?: contatto)?|contatto"
    r"|afbeelding|bestand|contactkaart|bilden?|billede|bildet|obraz|zdjęcie|wideo|plik|naklejka|dźwięk"
)
_OMITTED = (
    r"omitted|weggelassen|ausgeschlossen|omitid[oa]s?|ocultad[oa]s?|oculto|não revelado|omise?s?|absente?s?"
    r"|omess[oaie]|esclus[oaie]|weggelaten|pominięt[oaey]|utelämna\w*|udelad\w*|utelat\w*"
)
# A picture, a call, a message that was taken back: in one word, of each of which Android tells in the phone's language.
_NO_WORDS = re.compile(
    r"(?i)<[^<>]{3,40}>|null"
    rf"|[\[(]?(?:{_KINDS}) (?:\w+ )?(?:{_OMITTED})[\])]?"
    r"|(?:group )?(?:voice|video) call, .{2,30}|(?:missed|silenced) (?:group )?(?:voice|video) call.{0,40}"
    r"|(?:verpasster|entgangener) (?:sprach|video)anruf.{0,40}|(?:video)?llamada (?:de voz )?perdida.{0,40}"
    r"|appel (?:vocal|vidéo) manqué.{0,40}|chamada de (?:voz|vídeo) perdida.{0,40}"
    r"|chiamata (?:vocale|video) persa.{0,40}"
    r"|waiting for this message(?:\. this may take a while)?\.?"
    r"|this message was deleted(?: by admin .{1,60})?\.?|you deleted this message\.?"
    r"|diese nachricht wurde gelöscht\.?|du hast diese nachricht gelöscht\.?"
    r"|se eliminó este mensaje\.?|este mensaje fue eliminado\.?"
    r"|eliminaste este mensaje\.?|has eliminado este mensaje\.?"
    r"|ce message a été supprimé\.?|vous avez supprimé ce message\.?"
    r"|mensagem apagada\.?|ess?ta mensagem foi apagada\.?|essa mensagem foi apagada\.?|você apagou esta mensagem\.?"
    r"|questo messaggio è stato eliminato\.?|hai eliminato questo messaggio\.?"
    r"|dit bericht is verwijderd\.?|(?:u hebt|je hebt) dit bericht verwijderd\.?"
    r"|ta wiadomość została usunięta\.?|usunięto tę wiadomość\.?"
    r"|данное сообщение удалено\.?|вы удалили данное сообщение\.?|bu mesaj silindi\.?|bu mesajı sildiniz\.?"
    r"|此消息已删除。?|你已删除此消息。?|您已删除此消息。?|このメッセージは削除されました。?|삭제된 메시지입니다\.?"
)
# Behind a text that was written anew.
_EDITED = re.compile(
    r"(?i)(?:\u200e<[^<>\n]{3,60}>"
    r"|<[^<>\n]{0,50}(?:edited|bearbeitet|edit[oó]|editad[oa]|modifi[ée]|modificato|bewerkt|edytowan\w+|измен\w+"
    r"|düzenle\w+|redigera\w*|redigeret|redigert|编辑|編輯|編集|편집|עריכה|נערכה)[^<>\n]{0,30}>)\Z"
)
#: As long as any of these may be, in characters.
_LONGEST = 120
# Before a text that came with a file, on Android ("IMG-1.jpg (file attached)"); behind or before it, on an iPhone.
_FILE = re.compile(r"\A\u200e?\S[^\n()]{0,100}\.\w{2,5} \([^()\n]{3,40}\)[ \t]*(?:\n|\Z)")
_PART = re.compile(
    rf"(?i)(?:\u200e[^\n\u200e]{{1,30}}[•· ])?"
    rf"\u200e(?:<[^<>\n]{{3,120}}>|(?:{_KINDS}) (?:\w+ )?(?:{_OMITTED}))[ \t]*(?:\n|\Z)"
)
# What stays of a document after that.
_DOCUMENT = re.compile(r"(?m)^[^\n]{1,150}\.\w{2,5} [•·][ \t]*$")
_POLL = re.compile(r"\u200e?\w{3,20}:\n")


def said_words(text: str) -> str:
    """What was said; "" for what is no text. iOS marks what the program itself says with a sign that cannot be seen."""
    text = text.rstrip()
    if edited := _EDITED.search(text, max(len(text) - _LONGEST, 0)):
        text = text[: edited.start()]
    text = _FILE.sub("", text)
    if "\u200e" in text:
        text = _DOCUMENT.sub("", _PART.sub("\n", text))
    # What was asked of all, and what they may choose, is text.
    if text.lstrip().startswith("\u200e") and not _POLL.match(text.lstrip()):
        return ""
    text = tidy(text).strip()
    return "" if len(text) <= _LONGEST and _NO_WORDS.fullmatch(text) else text
