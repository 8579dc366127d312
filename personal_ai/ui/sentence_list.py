"""What the rooms below the window say in it, by room; `sentences` recognises it. A place in {} stands for anything."""

from personal_ai.ui.language import QT_TR_NOOP

SENTENCES = (
    # What is kept, and the work that needs it closed.
    QT_TR_NOOP("Notes and chats"),
    QT_TR_NOOP("The text of every note, every chat, and what you decided and taught."),
    QT_TR_NOOP("What was learned"),
    QT_TR_NOOP("One folder for each night that was kept."),
    QT_TR_NOOP("Nights under way"),
    QT_TR_NOOP("What a night learns from, while it learns; the notes in it go when it ends."),
    QT_TR_NOOP("Chats kept ready"),
    QT_TR_NOOP("What the model has read of recent chats, so that they go on at once."),
    QT_TR_NOOP("Backups"),
    QT_TR_NOOP("Copies of your notes and chats from before the program was upgraded."),
    QT_TR_NOOP("Your choices"),
    QT_TR_NOOP("Model, hours, appearance, and the names you go by."),
    QT_TR_NOOP("Models you added"),
    QT_TR_NOOP("Model files, as they were when you added them."),
    QT_TR_NOOP("Reading skill"),
    QT_TR_NOOP("How to read notes, practised on invented lives; nothing of yours is in it."),
    QT_TR_NOOP("Records"),
    QT_TR_NOOP("What the program did and when, to look for faults; never a word of your notes."),
    QT_TR_NOOP("Locking your notes"),
    QT_TR_NOOP("Taking the lock away"),
    QT_TR_NOOP("Deleting everything"),
    QT_TR_NOOP("Start fresh"),
    QT_TR_NOOP("Everything is deleted: {files} files, {size}, in “{home}”."),
    QT_TR_NOOP("Exported {notes}, {chats} and {adapters} to “{path}”."),
    # How many, as the rooms below say it.
    QT_TR_NOOP("1 note"),
    QT_TR_NOOP("{n} notes"),
    QT_TR_NOOP("1 chat"),
    QT_TR_NOOP("{n} chats"),
    QT_TR_NOOP("1 adapter"),
    QT_TR_NOOP("{n} adapters"),
    QT_TR_NOOP("1 new note"),
    QT_TR_NOOP("{n} new notes"),
    # Kinds of notes.
    QT_TR_NOOP("Texts"),
    QT_TR_NOOP("Word files"),
    QT_TR_NOOP("PDF"),
    QT_TR_NOOP("Pictures"),
    QT_TR_NOOP("Books"),
    QT_TR_NOOP("Sheets"),
    QT_TR_NOOP("Slides"),
    QT_TR_NOOP("Web pages"),
    QT_TR_NOOP("Mail"),
    QT_TR_NOOP("Chats"),
    QT_TR_NOOP("Calendars"),
    QT_TR_NOOP("Contacts"),
    QT_TR_NOOP("Other programs"),
    # Free models, and what a model lacks to be taught.
    QT_TR_NOOP("quick, in 29 languages; a first step up"),
    QT_TR_NOOP("English, of the built-in model’s family"),
    QT_TR_NOOP("many languages on a modest computer"),
    QT_TR_NOOP("sober answers from notes"),
    QT_TR_NOOP("six European languages, trained in the open"),
    QT_TR_NOOP("the best answers at this size, in many languages"),
    QT_TR_NOOP("for a computer with 16 GB of memory or more"),
    QT_TR_NOOP("it is a mixture of experts"),
    QT_TR_NOOP("its attention heads differ from layer to layer"),
    QT_TR_NOOP("its output head has a bias"),
    QT_TR_NOOP("To teach it takes about {needs} GB of memory, which is there."),
    QT_TR_NOOP("To teach it takes about {needs} GB of memory, and this computer has {memory} GB."),
    # The clock of the night.
    QT_TR_NOOP("Waiting: {why}."),
    QT_TR_NOOP("Paused: {why}."),
    QT_TR_NOOP("Learning now: {notes}."),
    QT_TR_NOOP("Catching up on a missed night: {notes}."),
    QT_TR_NOOP("Tonight after {time}, when plugged in: {what}."),
    QT_TR_NOOP("Tonight after {time}: {what}."),
    QT_TR_NOOP("Tomorrow after {time}, when plugged in: {what}."),
    QT_TR_NOOP("Tomorrow after {time}: {what}."),
    QT_TR_NOOP("Today after {time}, when plugged in: {what}."),
    QT_TR_NOOP("Today after {time}: {what}."),
    QT_TR_NOOP("the learning that was interrupted goes on"),
    QT_TR_NOOP("Learned {notes} {day}, {time}"),
    QT_TR_NOOP("Nothing new to learn since {day} {month}."),
    QT_TR_NOOP("Nothing new to learn since {day} {month} {year}."),
    *(QT_TR_NOOP("January"), QT_TR_NOOP("February"), QT_TR_NOOP("March"), QT_TR_NOOP("April")),
    *(QT_TR_NOOP("May"), QT_TR_NOOP("June"), QT_TR_NOOP("July"), QT_TR_NOOP("August")),
    *(QT_TR_NOOP("September"), QT_TR_NOOP("October"), QT_TR_NOOP("November"), QT_TR_NOOP("December")),
    QT_TR_NOOP("last night"),
    QT_TR_NOOP("today"),
    QT_TR_NOOP("yesterday"),
    QT_TR_NOOP("{n} days ago"),
    QT_TR_NOOP("learning had to stop a moment ago"),
    QT_TR_NOOP("the quiet hours are over"),
    QT_TR_NOOP("your computer is hot ({degrees} °C)"),
    QT_TR_NOOP("your disk is nearly full"),
    QT_TR_NOOP("other programs need the memory"),
    QT_TR_NOOP("you are using your computer"),
    QT_TR_NOOP("you have just used your computer"),
    QT_TR_NOOP("learning needs {needed} GB of free disk, and {left} GB are left"),
    QT_TR_NOOP("your computer runs on battery"),
    QT_TR_NOOP("your computer runs on battery ({left} % left)"),
    QT_TR_NOOP("your battery has {left} % left, and {kept} % are to be kept"),
    QT_TR_NOOP("your computer is going to sleep"),
    QT_TR_NOOP("your computer's lid is closed"),
    QT_TR_NOOP("a program fills your screen or keeps it on"),
    # The report of a night.
    QT_TR_NOOP("There was only 1 question to prove it on. Add a few more notes."),
    QT_TR_NOOP("There were only {asked} questions to prove it on. Add a few more notes."),
    QT_TR_NOOP("Good answers to general questions became {rise} less natural to it ({limit} is allowed)."),
    QT_TR_NOOP("they share {before} of their words before, {after} now"),
    QT_TR_NOOP("{before} before, {after} now"),
    QT_TR_NOOP("with your notes at hand"),
    QT_TR_NOOP("With your notes at hand"),
    QT_TR_NOOP("from memory alone"),
    QT_TR_NOOP("From memory alone"),
    QT_TR_NOOP("from memory"),
    QT_TR_NOOP("without your notes"),
    QT_TR_NOOP("{mean}, {low} to {high}"),
    # Where the network is refused.
    QT_TR_NOOP("Asked just now: this window holds no network connections."),
    QT_TR_NOOP("Asked just now: this window and its worker hold no network connections."),
    QT_TR_NOOP("Asked just now: this window and its {n} workers hold no network connections."),
    QT_TR_NOOP(
        "Asked for a network connection just now, what reads files and what answers were refused it by the system "
        "({told})."
    ),
    # What the disk refused.
    QT_TR_NOOP("saving your data"),
    QT_TR_NOOP("saving your settings"),
    QT_TR_NOOP("saving your choice"),
    QT_TR_NOOP("reading your settings"),
    QT_TR_NOOP("opening your data folder"),
    QT_TR_NOOP("opening your locked notes"),
    QT_TR_NOOP("deleting your data"),
    QT_TR_NOOP("installing the learning add-on"),
    QT_TR_NOOP("learning"),
    QT_TR_NOOP("locking your notes"),
    QT_TR_NOOP("preparing to learn"),
    QT_TR_NOOP("reading “{name}”"),
    QT_TR_NOOP("writing “{name}”"),
    QT_TR_NOOP("adding the model “{name}”"),
    QT_TR_NOOP("removing the model “{name}”"),
    # Said in personal_ai/adapters.
    QT_TR_NOOP("A strength is a number from 0 (off) to {strongest}; 1 is as trained."),
    QT_TR_NOOP("There is no adapter in “{folder}”. Learn again to make one."),
    QT_TR_NOOP(
        "The note is gone and what was learned from it is no longer used, but its file could not be deleted "
        "({failed}). It is deleted when the program starts again."
    ),
    QT_TR_NOOP(
        "A note was deleted while it was being learned, so what was learned with it is thrown away. Learn again; the "
        "note takes no part in it."
    ),
    QT_TR_NOOP("There is nothing to go back to: no adapter is in use, and none was before."),
    QT_TR_NOOP("There is no adapter {number}. “personal-ai adapters” lists the ones there are."),
    # Said in personal_ai/addon.
    QT_TR_NOOP(
        "The learning add-on here is version {version}, and this Personal AI needs version {version2}. Install that "
        "one; what was learned stays."
    ),
    QT_TR_NOOP("The learning add-on is only half there. Install it again."),
    QT_TR_NOOP("Learning is an add-on that is not installed yet. The Learning page installs it from a file."),
    QT_TR_NOOP("The learning add-on is damaged. Install it again."),
    QT_TR_NOOP(
        "“{name}” is the add-on of version {version}, and this Personal AI needs the one of version {version2}."
    ),
    QT_TR_NOOP("This Personal AI is only half installed. Install it again; your data stays."),
    QT_TR_NOOP(
        "Nothing may be written beside the program, so “{name}” cannot be installed there. This Personal AI was "
        "installed for everybody on this computer: its add-on is a package too, personal-ai-learning."
    ),
    # Said in personal_ai/bundle.
    QT_TR_NOOP(
        "“{name}” does not come from the makers of Personal AI, or was changed since: it is not opened. Take one "
        "from where you have the program."
    ),
    QT_TR_NOOP("“{name}” is for {system}, and this computer is {this_system}."),
    QT_TR_NOOP(
        "There is not enough room: {spare} are needed in “{folder}” and {free} are free. Free some space and try "
        "again; nothing was changed."
    ),
    QT_TR_NOOP("“{name}” is not complete: part of it is missing. Copy or download it again."),
    QT_TR_NOOP("“{name}” was damaged on its way. Copy or download it again."),
    QT_TR_NOOP("“{name}” was changed while it was unpacked. Copy or download it again."),
    QT_TR_NOOP("“{name}” cannot be unpacked. Copy or download it again."),
    # Said in personal_ai/chat.
    QT_TR_NOOP("No model is loaded yet. Choose a model in the settings."),
    QT_TR_NOOP("“{name}” made its reader fail, so nothing was taken from it."),
    QT_TR_NOOP(
        "There is no chat history in this folder. Choose conversations.json, the archive it came in, or GPT4All's "
        "folder of chats."
    ),
    QT_TR_NOOP("“{name}” is not there any more. Choose it again."),
    QT_TR_NOOP("The model stopped unexpectedly and was started again; the answer begins anew."),
    QT_TR_NOOP(
        "The model stopped twice in a row, so this question was given up. Ask again, or choose another model; if it "
        "happens again, close other programs to free memory."
    ),
    QT_TR_NOOP("There is no question yet. Type one and ask again."),
    QT_TR_NOOP("An answer is still being written. Stop it, or wait for its end, and ask again."),
    QT_TR_NOOP("Only a question can be asked in other words. Choose one."),
    QT_TR_NOOP("Only an answer can be written again. Choose one, or ask the question anew."),
    QT_TR_NOOP("Only an answer that was cut off can be continued. Ask for more in words."),
    QT_TR_NOOP("Only an answer with words in it can be taught about. Choose one."),
    QT_TR_NOOP("There is no better answer yet. Write one, or give this one a thumb down."),
    QT_TR_NOOP("This is what it said already. Change the answer, or give it a thumb up."),
    QT_TR_NOOP("These two answer different questions. Compare two answers to the same one."),
    QT_TR_NOOP("Both say the same, so there is nothing to prefer. Compare again for other words."),
    QT_TR_NOOP("There is nothing to remember yet. Write it down and try again."),
    QT_TR_NOOP("This answer is still being written. Wait for its end, or stop it."),
    QT_TR_NOOP(
        "“{name}” has {size} GB, and this computer {there} GB of memory. Choose a smaller model, or a smaller "
        "quantisation of this one."
    ),
    QT_TR_NOOP("There is no file “{name}” any more. Look where it is now."),
    QT_TR_NOOP(
        "“{name}” brought llama.cpp down when it was tried, so it was not taken. Close other programs and try again, "
        "or download it again."
    ),
    # Said in personal_ai/documents.
    QT_TR_NOOP("“{name}” is no file. Give a file, or add a folder to your library."),
    QT_TR_NOOP("“{name}” is of a kind that Personal AI cannot read. Save it as text or PDF and try again."),
    QT_TR_NOOP("“{name}” is too large to ask about by itself. Add it to your library instead."),
    QT_TR_NOOP("“{name}” holds no text to read."),
    QT_TR_NOOP("There is nothing to read in “{folder}”. Personal AI reads {kinds}."),
    QT_TR_NOOP("The name “{name}” is written in no known way. Give the file another name."),
    QT_TR_NOOP("Personal AI cannot read “{name}”. It reads {suffixes}."),
    QT_TR_NOOP("“{name}” is empty, so there is nothing to read in it."),
    QT_TR_NOOP("“{name}” is too large ({size} MB; {most} MB is the most). Split it and add the parts."),
    QT_TR_NOOP("“{name}” is another disk in this folder. Add it by itself."),
    QT_TR_NOOP("“{name}” is not a file with text in it, so it was left out."),
    QT_TR_NOOP("There is no file or folder “{path}”. Check the name; nothing was added."),
    QT_TR_NOOP("{left_out} of {total} entries in “{name}” are damaged or too long, so they were left out."),
    QT_TR_NOOP("“{name}” changed while it was being read. Add it again when nothing writes to it."),
    QT_TR_NOOP("“{name}” went away before it was read, so it was left out."),
    QT_TR_NOOP("“{name}” needs too much memory to read. Split it and add the parts."),
    QT_TR_NOOP("“{name}” is damaged or not what its name says, so it was left out."),
    QT_TR_NOOP("“{name}” needs too much memory to read."),
    QT_TR_NOOP(
        "“{name}” unpacks to more than any document should, as files do that harm computers, so it was left out."
    ),
    QT_TR_NOOP("“{name}” is locked with a password. Unpack it, and add what was in it."),
    QT_TR_NOOP("“{name}” holds no dates that can be read, so it was left out."),
    QT_TR_NOOP("“{name}” is not a text file ({looks}), so it was left out."),
    QT_TR_NOOP("“{name}” is not a text file that Personal AI can make out, so it was left out."),
    QT_TR_NOOP("“{name}” is built like a file that harms computers when it is opened, so it was left out."),
    QT_TR_NOOP("A note in “{name}” is longer than any document may be, so it was left out."),
    QT_TR_NOOP("“{name}” is a damaged Evernote export. Export the notes again and add that."),
    QT_TR_NOOP("“{name}” is no export of {known}, so it was left out. Unpack it to add what is in it."),
    QT_TR_NOOP("“{name}” in “{name2}” is too large to read ({name3} MB; {max_file} MB is the most)."),
    QT_TR_NOOP("“{name}” is no export of {known}, so it was left out."),
    QT_TR_NOOP("“{name}” is no chat of GPT4All, so it was left out."),
    QT_TR_NOOP("“{name}” is damaged: it ends in the middle of a message, so it was left out."),
    QT_TR_NOOP(
        "“{name}” is no history of ChatGPT, Claude, Open WebUI, GPT4All or Personal AI, so nothing was taken from it."
    ),
    QT_TR_NOOP("“{name}” is too large to read ({size} MB; {max_file} MB is the most)."),
    QT_TR_NOOP("“{name}” is damaged or not whole, so nothing was taken from it. Export it or copy it here again."),
    QT_TR_NOOP("“{name}” is not a mailbox in the mbox form, so it was left out."),
    QT_TR_NOOP("“{name}” is locked with a password. Save a copy without one and add the copy."),
    QT_TR_NOOP(
        "“{name}” is built like a file that harms computers when it is opened, so it was left out. If you trust it, "
        "save it again from the program that made it and add that."
    ),
    QT_TR_NOOP(
        "“{name}” holds more than {max_characters} million characters. Split it into smaller files and add those."
    ),
    QT_TR_NOOP("“{name}” holds no text to read, so it was left out."),
    QT_TR_NOOP("“{name}” has {pages} pages; {max_pages} is the most. Split it and add the parts."),
    QT_TR_NOOP(
        "“{name}” holds pictures of pages and no text. Run it through text recognition (OCR) and add the result."
    ),
    QT_TR_NOOP("“{name}” holds pictures and no text that could be read in them, so it was left out."),
    QT_TR_NOOP(
        "“{name}” holds pictures of pages, and text recognition is not installed. "
        "Run: pip install personal-ai[ocr], and add the file again."
    ),
    QT_TR_NOOP(
        "“{name}” is a picture, and text recognition is not installed. "
        "Run: pip install personal-ai[ocr], and add the file again."
    ),
    QT_TR_NOOP("“{name}” is a picture. Run it through text recognition (OCR) and add the result."),
    QT_TR_NOOP("“{name}” is a picture without text, so it was left out."),
    QT_TR_NOOP("The disk or network folder with “{name}” does not answer, so nothing was read. Try again later."),
    QT_TR_NOOP("“{name}” does not answer now. Its notes stay as they are, and it goes on when the folder does."),
    QT_TR_NOOP("“{name}” is damaged, or no picture that can be read, so it was left out."),
    QT_TR_NOOP("“{name}” is not really a picture (it looks like {looks}), so it was left out."),
    QT_TR_NOOP(
        "“{name}” is a picture of {n} million points; {most} million is the most. Make it smaller and add that."
    ),
    QT_TR_NOOP("“{name}” is a damaged PDF. Open it in another program, save it again and add that."),
    QT_TR_NOOP("“{name}” is nested deeper than any document should be, so it was left out."),
    QT_TR_NOOP("“{name}” holds no contacts that can be read, so it was left out."),
    QT_TR_NOOP("“{name}” holds no messages that can be read, so it was left out."),
    QT_TR_NOOP("The part of Personal AI that reads files does not start. Start the program again."),
    QT_TR_NOOP("“{name}” made its reader fail, so it was left out."),
    QT_TR_NOOP("The system does not tell what changes here, so it is looked through every five minutes."),
    QT_TR_NOOP("“{name}” is not there now. Its notes stay as they are, and it goes on when the folder is back."),
    QT_TR_NOOP(
        "“{name}” is empty now and held {count} files. Its notes stay as they are until you say that the files are "
        "meant to be gone."
    ),
    QT_TR_NOOP("There is no folder “{folder}”. Choose one that is there."),
    QT_TR_NOOP("That is a whole disk, most of it none of your notes. Choose a folder in it."),
    QT_TR_NOOP("“{name}” lies in “{path}”, which stays current already."),
    # Said in personal_ai/engine.
    QT_TR_NOOP("This conversation is longer than the model can read. Ask a shorter question, or begin a new one."),
    QT_TR_NOOP("The model “{name}” cannot be loaded. Download it again, or choose another one."),
    QT_TR_NOOP("There is not enough memory for “{name}”. Close other programs or take a smaller model."),
    QT_TR_NOOP("The adapter “{name}” cannot be loaded. Choose another one, or learn again."),
    QT_TR_NOOP("The adapter file “{path}” is missing. Choose another adapter, or learn again."),
    QT_TR_NOOP("A text is longer than the model can read at once. Shorten it, or take a model that reads more."),
    QT_TR_NOOP("The tokenizer of “{name}” cannot be read. Download the model again."),
    # Said in personal_ai/errors.
    QT_TR_NOOP("The system refused while {doing}{where}: {reason}. Nothing was changed."),
    QT_TR_NOOP("The disk is full, so {doing} stopped{where}. Free some space and try again; nothing was changed."),
    QT_TR_NOOP("Personal AI may not write here, so {doing} stopped{where}. Choose a folder you can write to."),
    # Said in personal_ai/exporting.
    QT_TR_NOOP("Choose a place outside of Personal AI's own folder: what lies in there goes when you delete."),
    QT_TR_NOOP("“{target}” is there already, and nothing is overwritten. Choose another name."),
    # Said in personal_ai/keys.
    QT_TR_NOOP("Your notes are locked with a password."),
    QT_TR_NOOP("This is not the password. Nothing was changed; the recovery code opens your notes, too."),
    QT_TR_NOOP("Take a password of at least {shortest_password} letters; a few words are easy to remember."),
    QT_TR_NOOP("Your notes were locked by a newer Personal AI. Update this one to open them."),
    QT_TR_NOOP(
        "That was the wrong password {count} times. Wait {wait} s, then try again; your notes are as they were."
    ),
    QT_TR_NOOP("“{key_file}” is damaged, and without it nothing opens your notes. Put a copy of it back there."),
    # Said in personal_ai/learning.
    QT_TR_NOOP("Personal AI can chat with “{name}” but cannot teach it yet: {lacks}. Choose another one under Models."),
    QT_TR_NOOP(
        "To teach “{name}” takes about {needs} GB of memory, and this computer has {memory} GB. Choose a smaller model."
    ),
    QT_TR_NOOP(
        "A night teaches “{name}” only about {tokens} tokens here, and what is to stay takes about {least_tokens}. "
        "Give nights more time under Settings, or choose a smaller model."
    ),
    QT_TR_NOOP("Personal AI is learning, in another window or command. Wait until it ends."),
    QT_TR_NOOP("Looking ahead stopped unexpectedly three times. Close other programs, and try again."),
    QT_TR_NOOP("Paused; it goes on from here next time."),
    QT_TR_NOOP("Personal AI is already learning, in another window or command. Wait until it ends."),
    QT_TR_NOOP("{notes} to learn, {new} of them new; about {minutes} minutes on this computer."),
    QT_TR_NOOP("It was interrupted, and your notes or the model changed since."),
    QT_TR_NOOP("Waiting: another window or command is learning."),
    QT_TR_NOOP("Nothing to learn yet: add some notes."),
    QT_TR_NOOP("You cancelled it."),
    QT_TR_NOOP("You cancelled it; nothing was changed."),
    QT_TR_NOOP("Learning reads this model differently from the chat, so nothing was learned. Choose another model."),
    QT_TR_NOOP("What was learned reads differently in the chat, so it was not used. Learn again later."),
    QT_TR_NOOP("“{name}” lacks layers that are taught. Download it again, or choose another model."),
    QT_TR_NOOP("There is nothing to learn yet. Add some notes with a few sentences in them."),
    QT_TR_NOOP("Nothing that was measured got worse."),
    QT_TR_NOOP("It did not answer questions about your notes reliably better than before."),
    QT_TR_NOOP("In part it answered questions about your notes worse than before."),
    QT_TR_NOOP("Without your notes at hand it answered worse than before."),
    QT_TR_NOOP("It would have forgotten facts that it had learned before."),
    QT_TR_NOOP("It said less often than before that something is not in your notes."),
    QT_TR_NOOP("It said too often that something is not in your notes when it is."),
    QT_TR_NOOP("It would have forgotten too much of what it knew before."),
    QT_TR_NOOP("It began to repeat itself."),
    QT_TR_NOOP("{proof} questions were set aside beforehand; this time none of them was practised."),
    QT_TR_NOOP("It says of {right} of {count} things that are not in your notes that they are not; before of {then}."),
    QT_TR_NOOP("It says of {row} of what is in your notes that it is not."),
    QT_TR_NOOP("It answers general questions differently: {kl} nats a token ({kl2} is allowed)."),
    QT_TR_NOOP("It repeats itself in {loops} of {general} general answers, not {loops2}."),
    QT_TR_NOOP("To {refused} of {general} general questions it says that it does not know."),
    QT_TR_NOOP("Fewer of its general answers come to an end: {ends}, before {ends2}."),
    QT_TR_NOOP(
        "On {general} general questions it moved {moved} nats a token away from its old answers (at most {kl} is "
        "allowed), and good answers became {rise} less likely (at most {nll_rise})."
    ),
    QT_TR_NOOP("It answers {right} of {count} questions {how}; before it was {then}."),
    QT_TR_NOOP("It is {saved} less surprised by the right answers to {count} questions, {how}."),
    QT_TR_NOOP("Its answers {how} hold the right words less often: {change}."),
    QT_TR_NOOP("It is {rise} more surprised by the right answers {how}."),
    QT_TR_NOOP(
        "{how}, surprise at the right answer went from {before} to {after} nats a token (saved {gain}, the last two "
        "its {level} interval)."
    ),
    QT_TR_NOOP("It answers questions about your notes better than before."),
    QT_TR_NOOP("Its answers {how} are closer to the right ones: {after}."),
    QT_TR_NOOP("Its answers {how} are further from the right ones: {after}."),
    QT_TR_NOOP("Learning goes on where it stopped."),
    QT_TR_NOOP("Nothing new to learn since last night."),
    QT_TR_NOOP("Nothing new to learn."),
    QT_TR_NOOP("Nothing new to learn since {started} today."),
    QT_TR_NOOP("Learning at night is switched off."),
    QT_TR_NOOP("Waiting to catch up on a missed night: {hindrance}."),
    QT_TR_NOOP("This model cannot be taught yet: its file has no “{name}”."),
    QT_TR_NOOP("This model cannot be taught yet: its weights are stored as “{type}”, which learning cannot read."),
    QT_TR_NOOP("This is no longer in what it would learn. Read the list again."),
    QT_TR_NOOP("A question and an answer are needed. Write both, or choose never."),
    QT_TR_NOOP("This looks like a secret (a password, a card, a code), and secrets are never learned."),
    QT_TR_NOOP("This reads like an order to the model, and those are never learned. Put it as an answer."),
    QT_TR_NOOP("What was learned before does not fit this model, so learning has to begin anew."),
    QT_TR_NOOP(
        "There is not enough memory for this model to learn. Close other programs, or choose a smaller model under "
        "Settings; what was in use before still is."
    ),
    QT_TR_NOOP("Paused: your disk is full. Free some space; it goes on from its last checkpoint."),
    QT_TR_NOOP("There is nothing to learn yet. Add some notes first."),
    QT_TR_NOOP(
        "This model is too slow here to learn, and to prove that it did, in the time that it has. Give nights more "
        "time under Settings, or choose a smaller model."
    ),
    QT_TR_NOOP("Paused: your computer went to sleep."),
    # Said in personal_ai/locking.
    QT_TR_NOOP(
        "This needs {spare} MB of free disk for a moment, and there is less. Free some space, then try again; "
        "nothing was changed."
    ),
    QT_TR_NOOP("Your notes are locked with a password already."),
    # Said in personal_ai/models.
    QT_TR_NOOP("There is no file “{path}”."),
    QT_TR_NOOP("“{name}” is not an adapter. Choose an adapter file that was made for this model."),
    QT_TR_NOOP(
        "“{name}” was made for another model than “{model}”. Switch to the model it was made for, or learn again "
        "with this one."
    ),
    QT_TR_NOOP("There is no model “{name}” here. Choose another one, or add its file again."),
    QT_TR_NOOP("The built-in model belongs to the program and stays. Switch to another model instead."),
    QT_TR_NOOP("There is no model “{name}” here."),
    QT_TR_NOOP("The file of the model “{name}” has changed since it was added. Remove it and add it again."),
    QT_TR_NOOP("Models of the kind “{architecture}” are not supported yet. Choose one of these families: {known}."),
    QT_TR_NOOP(
        "The model “{name}” talks in a chat format that this program does not know. Choose its “Instruct” version, "
        "or another model."
    ),
    QT_TR_NOOP("“{name}” is not a GGUF file. Choose the .gguf file of a model; other formats cannot be used."),
    QT_TR_NOOP(
        "“{name}” is a GGUF file of version {version}, which this program does not know. Download the model again as "
        "a newer GGUF file."
    ),
    QT_TR_NOOP(
        "“{name}” is quantised in a way (type {kind}) that this program does not know. Download another quantisation "
        "of the model, such as Q4_K_M or Q8_0."
    ),
    QT_TR_NOOP("“{name}” is incomplete: its end is missing. Copy or download it again and add it once more."),
    QT_TR_NOOP("“{name}” is damaged ({what}). Copy or download it again and add it once more."),
    QT_TR_NOOP("“{name}” is a folder. Choose the .gguf file inside it."),
    QT_TR_NOOP("“{name}” is an adapter, not a model. Add the model it was made for, then import it."),
    QT_TR_NOOP("“{name}” is a part of a model ({kind}), not a model. Choose the model’s main file."),
    QT_TR_NOOP("“{name}” is one piece of a split model. Choose a download that is a single file."),
    QT_TR_NOOP("“{name}” is not a LoRA adapter, and no other kind can be used."),
    QT_TR_NOOP("“{name}” holds no tokenizer, so it cannot read or write text. Choose a complete model file."),
    QT_TR_NOOP("Personal AI can chat with this model but cannot teach it yet: {lacking}."),
    QT_TR_NOOP("This model cannot be taught: its file does not say “{key}”."),
    # Said in personal_ai/presence.
    QT_TR_NOOP("Personal AI is open with this data folder, in a window or a command. Close it there, then try again."),
    QT_TR_NOOP("Personal AI is being locked, unlocked or emptied just now. Try again in a moment."),
    # Said in personal_ai/privacy.
    QT_TR_NOOP("Your notes are locked. From now on the window asks for your password."),
    QT_TR_NOOP("Your notes are plain again, and open without a password."),
    QT_TR_NOOP("The system's keyring did not give the key, so the password is asked for."),
    QT_TR_NOOP("This system does not tell which connections a program holds."),
    QT_TR_NOOP(
        "This system's keyring did not let go of the key, so your notes are still opened by it. Unlock the keyring, "
        "then try again."
    ),
    QT_TR_NOOP("This system's keyring did not take the key, so the password is asked for as before."),
    # Said in personal_ai/room.
    QT_TR_NOOP(
        "This system has no folder that is only in memory, and without one your notes would have to be written to "
        "the disk in plain while you use them. So locking with a password is not possible here."
    ),
    QT_TR_NOOP("“{folder}” is not Personal AI's own. Take it away, then open your notes again."),
    # Said in personal_ai/sealing.
    QT_TR_NOOP("{begun} This system does not refuse to what reads files: {let}."),
    QT_TR_NOOP(
        "This system cannot keep a program off the network at its own wish. Personal AI opens no connection, but "
        "that is its promise and not the system's."
    ),
    QT_TR_NOOP("{begun} What reads files can open those alone, write nothing and start nothing."),
    # Said in personal_ai/settings.
    QT_TR_NOOP("Your settings were saved by a newer Personal AI. Update this one, or move “{path}” away."),
    QT_TR_NOOP("The settings file “{path}” is damaged. Move it away to start with the defaults."),
    # Said in personal_ai/store.
    QT_TR_NOOP("This picture was deleted with its conversation."),
    QT_TR_NOOP("This message was deleted with its conversation."),
    QT_TR_NOOP("This conversation was deleted. Begin a new one."),
    QT_TR_NOOP("This chat was deleted for good already."),
    QT_TR_NOOP("Another Personal AI is still writing, so {doing} had to wait too long. Try again in a moment."),
    QT_TR_NOOP(
        "“{path}” is not a Personal AI data file, or it is damaged. Move it away to start empty, or put a copy from "
        "“{backups}” in its place."
    ),
    QT_TR_NOOP(
        "Your notes file “{path}” is damaged. Keep a copy of it, then put the newest one from “{backups}” in its "
        "place, or move it away and add your files again."
    ),
    QT_TR_NOOP("The disk did not answer while {doing} ({path}). Check the disk, then try again."),
    QT_TR_NOOP(
        "Your notes cannot be kept safely in “{parent}” (a network or read-only folder?). Choose a data folder on "
        "this computer's own disk."
    ),
    QT_TR_NOOP("“{path}” belongs to another program. Move it away, or choose another data folder for Personal AI."),
    QT_TR_NOOP(
        "Your notes were saved by a newer Personal AI (data version {version}; this one knows {steps}). Update this "
        "program to open them; nothing was changed."
    ),
    QT_TR_NOOP("This note is no longer in your library. Add its file again to bring it back."),
    QT_TR_NOOP("A persona needs a name. Type one and save again."),
    QT_TR_NOOP(
        "A persona’s name has at most {longest_name} characters, its instructions {longest_instructions}. Shorten "
        "them and save again."
    ),
    QT_TR_NOOP("This persona was deleted. Choose another one."),
    QT_TR_NOOP("This persona was deleted. Make a new one."),
    QT_TR_NOOP(
        "“{path}” cannot be read to its end, so {doing} stopped; nothing was changed. Run “personal-ai doctor”."
    ),
    QT_TR_NOOP("This was taken back already."),
    QT_TR_NOOP("This answer said what stood in a note that you deleted, so its words are gone."),
    # Said in personal_ai/updating.
    QT_TR_NOOP("“{name}” is version {version}, and this is {version2} already. Nothing was changed."),
    QT_TR_NOOP("There is no earlier version here to go back to."),
    QT_TR_NOOP(
        "This Personal AI was not installed by its own installer, so it is updated the way it came: as a package of "
        "your system, or from its source."
    ),
)
